import test from 'ava';
import { jsonLine } from '../../../cli/json-line.ts';
import { openViewer } from '../../../cli/watch/viewer.ts';
import type { Context } from '../../../cli/context.ts';
import { recordedEvents } from '../../helpers/recorded-events.ts';
import { createScreen } from '../progress/screen.ts';

function open({ isTTY = false, isJson = false } = {}) {
  const stdout = createScreen({ isTTY: false });
  const stderr = createScreen({ isTTY, columns: 100 });
  const { signal } = new AbortController();
  const context: Context = { stdout: stdout.stream, stderr: stderr.stream, env: {}, signal };
  return { stdout, stderr, viewer: openViewer(context, { isJson }) };
}

test('as JSON, events are the lines of events.ndjson', (t) => {
  const { stdout, stderr, viewer } = open({ isJson: true });
  viewer.say('watching');
  recordedEvents().forEach(viewer.event);
  viewer.close();
  const lines = recordedEvents().map((event) => `${JSON.stringify(event)}\n`);
  t.deepEqual(stdout.writes, lines);
  t.deepEqual(stderr.writes, ['watching\n']);
});

test('no control character reaches the terminal, and JSON stays the same', (t) => {
  const event = { ...recordedEvents()[0]!, dataset: '\u{1b}[2J\u{9b}2J\u{202e}\u{7f}\n' };
  const line = jsonLine(event);
  t.notRegex(line, /[\p{Cc}\p{Bidi_Control}]/u);
  t.deepEqual(JSON.parse(line), event);
  const { stderr, viewer } = open();
  viewer.event(event);
  t.notRegex(stderr.writes.join('').replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}]/u);
});

test('without a terminal there is a line an event, and the result on standard output', (t) => {
  const { stdout, stderr, viewer } = open();
  const events = recordedEvents();
  events.forEach(viewer.event);
  viewer.close();
  const told = events.filter(({ type }) => type !== 'fold.checkpointed');
  t.is(stderr.shown().length, told.length);
  t.deepEqual(stdout.shown().slice(0, 5), [
    'Run a-run finished',
    'Validation  93.75% ± 1.00   mean ± std',
    'Selected    fold 2',
    'Test        87.50%',
    'Transfer    fit 37.50%, paper 25.00%',
  ]);
  t.regex(stdout.shown().at(-1)!, /^SYNTHETIC DATA/);
});

test('drawn data are called so to those who missed the beginning, too', (t) => {
  const { stdout, viewer } = open();
  recordedEvents()
    .filter(({ type }) => type === 'run.finished')
    .forEach(viewer.event);
  viewer.close();
  t.regex(stdout.shown().join('\n'), /^SYNTHETIC DATA/m);
});

test('on a terminal there is a bar for each fold, which gives way to the result', (t) => {
  const { stdout, stderr, viewer } = open({ isTTY: true });
  const [started, joined, foldStarted, epoch, ...rest] = recordedEvents();
  [started, foldStarted, epoch, joined].forEach((event) => viewer.event(event!));
  viewer.say('a word');
  const shown = stderr.shown().join('\n');
  t.regex(shown, /a word/);
  t.regex(shown, /worker node-7 joined/);
  t.regex(shown, /2 {2}━+─+ +1\/4/);
  rest.forEach(viewer.event);
  viewer.close();
  t.notRegex(stderr.shown().join('\n'), /━/);
  t.is(stdout.shown()[0], 'Run a-run finished');
});

test('on a terminal, a story without its beginning is told in lines', (t) => {
  const { stderr, viewer } = open({ isTTY: true });
  recordedEvents().slice(3).forEach(viewer.event);
  viewer.close();
  t.regex(stderr.shown()[0]!, /fold 2: epoch 1/);
});
