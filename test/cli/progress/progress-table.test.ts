import test from 'ava';
import fc from 'fast-check';
import { clock, progressTable } from '../../../cli/progress/progress-table.ts';
import { advance, NO_PROGRESS } from '../../../cli/progress/run-progress.ts';
import type { Paint } from '../../../cli/terminal.ts';
import type { ProgressEvent } from '../../../shared/events.ts';
import { asWorkerId } from '../../../shared/domain.ts';
import { completed, epoch, lost, record, started, STARTED, worker } from './events.ts';

const noPaint: Paint = (_style, text) => text;

function table(events: readonly ProgressEvent[], columns = 100, rows = 24, k = 3): string[] {
  const progress = record([{ ...STARTED, k } as ProgressEvent, ...events]).reduce(
    advance,
    NO_PROGRESS,
  );
  return progressTable(progress, { columns, rows, nowMs: 65_000, paint: noPaint });
}

const STORY: readonly ProgressEvent[] = [
  { type: 'run.worker-joined', worker, host: 'node', engine: 'an engine' },
  started(0),
  started(1),
  epoch(0, 4),
  epoch(1, 2),
  completed(0),
  lost(1),
  started(1, 2),
  epoch(1, 1, 2),
];

test('each fold has a line with its progress, scores and state, the run has the last', (t) => {
  t.deepEqual(table(STORY), [
    'fold                            epoch  training        validation',
    '   0  ━━━━━━━━━━━━━━━━━━━━━━━━    4/4  0.2500  87.50%  0.2750  77.50%  done, 8.0 s',
    '   1  ━━━━━━──────────────────    1/4  1.0000  50.00%  1.1000  40.00%  node-7, attempt 2',
    '   2  ────────────────────────                                         waiting',
    '1 of 3 folds · 1 worker · elapsed 1:05 · left about 0:08',
  ]);
});

test('a narrow terminal goes without the scores of training, then without the bar', (t) => {
  t.deepEqual(table(STORY, 62).slice(0, 3), [
    'fold            epoch  validation',
    '   0  ━━━━━━━━    4/4  0.2750  77.50%  done, 8.0 s',
    '   1  ━━──────    1/4  1.1000  40.00%  node-7, attempt 2',
  ]);
  t.deepEqual(table(STORY, 50).slice(0, 2), [
    'fold  epoch  validation',
    '   0    4/4  0.2750  77.50%  done, 8.0 s',
  ]);
});

test('the selected fold is marked, and the test is announced', (t) => {
  const lines = table([
    ...[started(0), epoch(0, 4), completed(0), started(1), completed(1), started(2), completed(2)],
    { type: 'run.selected', fold: 0, validationAccuracy: 0.9 },
    { type: 'run.test-started', fold: 0, attempt: 1, worker },
  ]);
  t.true(lines[1]?.endsWith('done, 8.0 s, best'));
  t.true(lines.at(-1)?.startsWith('testing fold 0'));
});

test('the transfer evaluation is announced, with the parts that are under way', (t) => {
  const scope = { fold: 0, attempt: 1, worker } as const;
  const events: ProgressEvent[] = [
    { type: 'run.selected', fold: 0, validationAccuracy: 0.9 },
    { type: 'run.test-started', ...scope },
    { type: 'run.test-completed', ...scope, loss: 0.4, accuracy: 0.9 },
    { type: 'run.transfer-started', preprocessing: 'paper', ...scope },
    { type: 'run.transfer-started', preprocessing: 'fit', ...scope },
  ];
  t.true(table(events).at(-1)?.startsWith('transfer of fold 0: paper, fit · '));
  const scored = { ...scope, loss: 2, accuracy: 0.3 };
  const half: ProgressEvent = { type: 'run.transfer-completed', preprocessing: 'paper', ...scored };
  t.true(
    table([...events, half])
      .at(-1)
      ?.startsWith('transfer of fold 0: fit · '),
  );
});

test('of more folds than fit, those in training are shown', (t) => {
  const lines = table([started(17), epoch(17, 1)], 80, 10, 40);
  t.is(lines.length, 8);
  t.true(lines.some((line) => line.includes('node-7')));
  t.is(lines.at(-2), '… and 35 more');
});

test('long names of workers keep their end, where they differ', (t) => {
  const long = asWorkerId(`a-very-long-name-of-a-host-in-a-cluster-${12345}`);
  const [, line = ''] = table([{ ...started(0), worker: long } as ProgressEvent], 80);
  t.true(line.endsWith('-12345'));
  t.true(line.includes('…'));
});

test('no line ever wraps, and there are fewer lines than rows', (t) => {
  const fold = fc.nat({ max: 30 });
  const event = fc.oneof(
    fc.tuple(fold, fc.integer({ min: 1, max: 9 })).map(([n, attempt]) => started(n, attempt)),
    fc.tuple(fold, fc.integer({ min: 1, max: 4 })).map(([n, number]) => epoch(n, number)),
    fold.map((n) => completed(n)),
    fold.map((n) => lost(n, 99)),
  );
  const size = {
    columns: fc.integer({ min: 10, max: 200 }),
    rows: fc.integer({ min: 6, max: 60 }),
  };
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 40 }),
      fc.integer({ min: 2, max: 200 }),
      fc.record(size),
      (events, k, { columns, rows }) => {
        const lines = table(events, columns, rows, k);
        t.true(lines.length < rows);
        for (const line of lines) t.true(line.length < columns);
      },
    ),
  );
});

test('styles never change the text', (t) => {
  const progress = record([STARTED, ...STORY]).reduce(advance, NO_PROGRESS);
  const options = { columns: 90, rows: 24, nowMs: 65_000 };
  const marked = progressTable(progress, { ...options, paint: (_, text) => `<${text}>` });
  t.deepEqual(
    marked.map((line) => line.replaceAll(/[<>]/g, '').trimEnd()),
    progressTable(progress, { ...options, paint: noPaint }),
  );
});

for (const [seconds, text] of [
  [0, '0:00'],
  [59.6, '1:00'],
  [3599, '59:59'],
  [3725, '1:02:05'],
  [-3, '0:00'],
] as const) {
  test(`${seconds} seconds are ${text} on a clock`, (t) => {
    t.is(clock(seconds), text);
  });
}
