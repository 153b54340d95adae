import test from 'ava';
import { openDisplay } from '../../../cli/progress/display.ts';
import { openLiveRegion } from '../../../cli/progress/live-region.ts';
import type { ProgressEvent } from '../../../shared/events.ts';
import { completed, epoch, lost, record, started, STARTED, worker } from './events.ts';
import { createScreen } from './screen.ts';

const STORY = record([
  STARTED,
  { type: 'run.worker-joined', worker, host: 'node', engine: 'an engine' },
  started(0),
  epoch(0, 1),
  lost(0),
  started(0, 2),
  epoch(0, 4, 2),
  completed(0, 2),
  { type: 'run.warning', message: 'twins \u{1b}[2J in the data' } satisfies ProgressEvent,
]);

function open({ isTTY = true, isJson = false, isQuiet = false, env = {} }) {
  const stdout = createScreen({ isTTY });
  const stderr = createScreen({ isTTY });
  const ticks: (() => void)[] = [];
  const repeat = (callback: () => void) => {
    ticks.push(callback);
    return () => void ticks.splice(0);
  };
  const streams = { stdout: stdout.stream, stderr: stderr.stream };
  const display = openDisplay({ ...streams, env, isJson, isQuiet, nowMs: () => 9000, repeat });
  return { stdout, stderr, display, tick: () => ticks.forEach((callback) => callback()) };
}

test('a live region is drawn over, and lasting lines stay above it', (t) => {
  const screen = createScreen();
  const region = openLiveRegion(screen.stream);
  region.draw(['a 1', 'b 1']);
  region.print('first');
  region.draw(['a 2']);
  region.print('second');
  region.draw(['a 3', 'b 3', 'c 3']);
  t.deepEqual(screen.shown(), ['first', 'second', 'a 3', 'b 3', 'c 3']);
  region.clear();
  t.deepEqual(screen.shown(), ['first', 'second']);
});

test('one epoch is no epochs', (t) => {
  const { stderr, display } = open({ isTTY: false });
  for (const event of record([{ ...STARTED, epochs: 1 } as ProgressEvent])) display.event(event);
  t.regex(stderr.shown().join('\n'), /3 folds of 1 epoch, data/);
});

test('each evaluation has a line, with the way its pictures were made', (t) => {
  const { stderr, display } = open({ isTTY: false });
  const scope = { fold: 1, attempt: 1, worker } as const;
  const scored = { ...scope, loss: 2.5, accuracy: 0.3125 };
  const events: ProgressEvent[] = [
    { ...STARTED, transfer: 'my\u{1b}pictures' } as ProgressEvent,
    { type: 'run.test-completed', ...scored },
    { type: 'run.transfer-started', preprocessing: 'fit', ...scope },
    { type: 'run.transfer-completed', preprocessing: 'fit', ...scored },
  ];
  for (const event of record(events)) display.event(event);
  t.deepEqual(stderr.shown(), [
    '[0:00] run a-run started: 3 folds of 4 epochs, data tiny, then transfer to my\u{fffd}pictures',
    '[0:01] test accuracy 31.25%, loss 2.5000',
    '[0:02] transfer (fit) of fold 1 on worker node-7',
    '[0:03] transfer (fit) accuracy 31.25%, loss 2.5000',
  ]);
});

test('what has not changed is not drawn again', (t) => {
  const screen = createScreen();
  const region = openLiveRegion(screen.stream);
  region.draw(['a']);
  region.draw(['a']);
  t.is(screen.writes.length, 1);
});

test('on a terminal the table is live, and only what it does not show is printed', (t) => {
  const { stdout, stderr, display, tick } = open({});
  display.note('setting up');
  for (const event of STORY) {
    display.event(event);
    tick();
  }
  t.deepEqual(stderr.shown().slice(0, 4), [
    'setting up',
    'worker node-7 joined',
    'fold 0: lost, will be tried again: the worker left',
    'warning: twins \u{fffd}[2J in the data',
  ]);
  t.is(stderr.shown().length, 4 + 5);
  t.regex(stderr.shown()[5] ?? '', /^ {3}0 .* done, 8.0 s$/);
  display.close('finished');
  t.is(stderr.shown().length, 4);
  t.deepEqual(stdout.writes, []);
});

test('a run that was stopped leaves its last table on the terminal', (t) => {
  const { stderr, display } = open({});
  for (const event of STORY) display.event(event);
  display.close('stopped');
  t.true(stderr.shown().at(-1)?.startsWith('1 of 3 folds'));
});

test('elsewhere each event is a plain line', (t) => {
  for (const how of [{ isTTY: false }, { env: { TERM: 'dumb' } }]) {
    const { stdout, stderr, display, tick } = open(how);
    for (const event of STORY) display.event(event);
    tick();
    display.close('finished');
    t.deepEqual(stdout.writes, []);
    t.is(stderr.shown().length, STORY.length);
    t.is(stderr.shown()[0], '[0:00] run a-run started: 3 folds of 4 epochs, data tiny');
    t.is(
      stderr.shown()[6],
      '[0:06] fold 0 (attempt 2): epoch 4, training loss 0.2500 accuracy 87.50%, ' +
        'validation loss 0.2750 accuracy 77.50%, 2.0 s',
    );
    t.false(stderr.writes.join('').includes('\u{1b}'));
  }
});

test('with --json the events are on standard output, as in events.ndjson, and nothing else', (t) => {
  const { stdout, stderr, display } = open({ isJson: true });
  for (const event of STORY) display.event(event);
  display.note('setting up');
  display.close('finished');
  const lines = stdout.writes.join('').trimEnd().split('\n');
  t.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    STORY,
  );
  t.deepEqual(stderr.shown(), ['setting up']);
});

test('with --quiet only alerts are shown', (t) => {
  const { stdout, stderr, display } = open({ isQuiet: true });
  for (const event of STORY) display.event(event);
  display.note('setting up');
  display.alert('trouble');
  display.close('finished');
  t.deepEqual(stdout.writes, []);
  t.deepEqual(stderr.shown(), ['trouble']);
});

test('what was stopped on purpose is not called lost', (t) => {
  const { stderr, display } = open({ isTTY: false });
  const scope = { fold: 0, attempt: 1, worker, cause: 'preempted' } as const;
  const events: ProgressEvent[] = [
    STARTED,
    { type: 'run.worker-left', worker, reason: 'its coordinator ended' },
    { type: 'run.worker-left', worker, reason: 'its process ended' },
    { type: 'fold.lost', ...scope, reason: 'its coordinator ended' },
    { type: 'fold.lost', ...scope, reason: 'stopped by SIGUSR2' },
    { type: 'fold.lost', ...scope, reason: 'its process ended' },
    { type: 'run.evaluation-lost', part: 'test', ...scope, reason: 'stopped by SIGTERM' },
  ];
  for (const event of record(events)) display.event(event);
  t.deepEqual(stderr.shown().slice(1), [
    '[0:01] worker node-7 ended with its coordinator',
    '[0:02] worker node-7 left: its process ended',
    '[0:03] fold 0: interrupted, will be gone on with: its coordinator ended',
    '[0:04] fold 0: interrupted, will be gone on with: stopped by SIGUSR2',
    '[0:05] fold 0: lost, will be tried again: its process ended',
    '[0:06] test: attempt 1 interrupted: stopped by SIGTERM',
  ]);
});
