import test from 'ava';
import { advance, NO_PROGRESS, type RunProgress } from '../../../cli/progress/run-progress.ts';
import { secondsLeft } from '../../../cli/progress/time-left.ts';
import type { Digest } from '../../../shared/domain.ts';
import type { ProgressEvent } from '../../../shared/events.ts';
import { completed, epoch, lost, record, started, STARTED, worker } from './events.ts';

const after = (...events: ProgressEvent[]): RunProgress =>
  record([STARTED, ...events]).reduce(advance, NO_PROGRESS);

test('at the start all folds wait for their first attempt', (t) => {
  const { folds, epochs, phase, workers } = after();
  t.deepEqual(
    folds,
    Array.from({ length: 3 }, () => ({ state: 'waiting', attempt: 1, keptEpoch: 0 }) as const),
  );
  t.is(epochs, 4);
  t.is(phase, 'training');
  t.is(workers.size, 0);
});

test('a fold goes from waiting over training to done, and keeps its last epoch', (t) => {
  t.like(after(started(1)).folds[1], { state: 'training', worker, attempt: 1, startedMs: 1000 });
  const training = after(started(1), epoch(1, 1), epoch(1, 2)).folds[1];
  t.like(training, { state: 'training', startedMs: 1000, epochEndedMs: 3000, epoch: { epoch: 2 } });
  const done = after(started(1), epoch(1, 4), completed(1)).folds[1];
  t.like(done, { state: 'done', fitSeconds: 8, epoch: { epoch: 4 } });
});

test('a lost fold waits for its next attempt, and only what a checkpoint keeps is not forgotten', (t) => {
  const waiting = { state: 'waiting', attempt: 2 } as const;
  const trained = [started(0), epoch(0, 3)];
  t.deepEqual(after(...trained, lost(0)).folds[0], { ...waiting, keptEpoch: 0 });
  const kept: ProgressEvent = {
    ...{ type: 'fold.checkpointed', fold: 0, attempt: 1, worker, epoch: 2 },
    ...{ sizeBytes: 9, digest: 'a'.repeat(64) as Digest },
  };
  t.deepEqual(after(...trained, kept, lost(0)).folds[0], { ...waiting, keptEpoch: 2 });
  t.like(after(started(0), lost(0), started(0, 2)).folds[0], { state: 'training', attempt: 2 });
});

test('workers come and go', (t) => {
  const joined: ProgressEvent = {
    type: 'run.worker-joined',
    worker,
    host: 'node',
    engine: 'an engine',
  };
  t.deepEqual([...after(joined).workers], [worker]);
  t.is(after(joined, { type: 'run.worker-left', worker, reason: 'gone' }).workers.size, 0);
  t.is(after(joined, { type: 'run.resumed' }).workers.size, 0, 'who is there says so again');
  const back: ProgressEvent = { type: 'run.worker-returned', worker };
  t.is(after(joined, { type: 'run.resumed' }, back).workers.size, 1);
});

test('a fold that the run does not have changes nothing', (t) => {
  t.deepEqual(after(started(9)).folds, after().folds);
});

test('the time left is unknown before the first epoch and while nobody trains', (t) => {
  t.is(secondsLeft(after(started(0)), 1000), undefined);
  t.is(secondsLeft(after(started(0), epoch(0, 1), lost(0)), 1000), undefined);
});

test('the time left counts down from what the remaining epochs will take', (t) => {
  // Fold 0 ended its first of four epochs of 2 s at second 2; folds 1 and 2 follow on one worker.
  const progress = after(started(0), epoch(0, 1));
  t.is(secondsLeft(progress, 2000), 3 * 2 + 2 * 4 * 2);
  t.is(secondsLeft(progress, 3000), 3 * 2 - 1 + 2 * 4 * 2);
});

test('waiting folds go to whichever training ends first', (t) => {
  // At second 4: fold 0 has one epoch of 2 s to go, fold 1 three; fold 2 comes after fold 0.
  const progress = after(started(0), started(1), epoch(0, 3), epoch(1, 1));
  t.is(secondsLeft(progress, 4000), 2 - 1 + 4 * 2);
});
