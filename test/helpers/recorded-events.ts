import { asDigest, asRunId, asWorkerId } from '../../shared/domain.ts';
import type { ProgressEvent, RecordedEvent } from '../../shared/events.ts';

const digest = asDigest('0'.repeat(64));
const worker = asWorkerId('node-7');
const attempt = { fold: 2, attempt: 1, worker };
const score = { loss: 0.5, accuracy: 0.875 };
const validation = { validationLoss: 0.25, validationAccuracy: 0.9375 };

/** One event of every type; the compiler finds it when one is missing. */
const EVENTS: { readonly [Type in ProgressEvent['type']]: Extract<ProgressEvent, { type: Type }> } =
  {
    'run.started': {
      ...{ type: 'run.started', k: 3, seed: 7, epochs: 4, dataset: 'tiny "été"\n' },
      ...{ datasetDigest: digest, synthetic: true, transfer: 'pictures' },
    },
    'run.worker-joined': { type: 'run.worker-joined', worker, host: 'node', engine: 'an engine' },
    'fold.started': { type: 'fold.started', ...attempt, fromEpoch: 0 },
    'fold.epoch': {
      ...{ type: 'fold.epoch', ...attempt, epoch: 1, seconds: 1.5 },
      ...{ trainLoss: 1, trainAccuracy: 0.5, ...validation },
    },
    'fold.checkpointed': {
      ...{ type: 'fold.checkpointed', ...attempt, epoch: 1, sizeBytes: 1000, digest },
    },
    'fold.lost': { type: 'fold.lost', ...attempt, cause: 'preempted', reason: 'the worker left' },
    'run.resumed': { type: 'run.resumed' },
    'run.worker-returned': { type: 'run.worker-returned', worker },
    'fold.completed': {
      ...{ type: 'fold.completed', ...attempt, ...validation },
      ...{ fitSeconds: 4, weightsDigest: digest },
    },
    'fold.failed': { type: 'fold.failed', ...attempt, reason: 'loss NaN' },
    'run.worker-left': { type: 'run.worker-left', worker, reason: 'said good-bye' },
    'run.warning': { type: 'run.warning', message: 'duplicates' },
    'run.selected': { type: 'run.selected', fold: 2, validationAccuracy: 0.9375 },
    'run.test-started': { type: 'run.test-started', ...attempt },
    'run.test-completed': { type: 'run.test-completed', ...attempt, ...score },
    'run.evaluation-lost': {
      ...{ type: 'run.evaluation-lost', part: 'test', ...attempt },
      ...{ cause: 'machine', reason: 'the disk is full' },
    },
    'run.evaluation-failed': {
      ...{ type: 'run.evaluation-failed', part: 'transfer-fit', ...attempt, reason: 'no memory' },
    },
    'run.transfer-started': { type: 'run.transfer-started', preprocessing: 'fit', ...attempt },
    'run.transfer-completed': {
      ...{ type: 'run.transfer-completed', preprocessing: 'fit', ...attempt, ...score },
    },
    'run.finished': {
      ...{ type: 'run.finished', synthetic: true, bestFold: 2, testLoss: 0.5, testAccuracy: 0.875 },
      ...{ meanValidationAccuracy: 0.9375, stdValidationAccuracy: 0.01 },
      transfer: { paper: 0.25, fit: 0.375 },
    },
    'run.failed': { type: 'run.failed', reason: 'no engine' },
    'run.cancelled': { type: 'run.cancelled', reason: 'stopped by SIGINT' },
  };

/** Events with their place in a run, one of each type; from the first moment of 2026 on. */
export function recordedEvents(run = 'a-run'): RecordedEvent[] {
  return Object.values(EVENTS).map((event, index) => ({
    run: asRunId(run),
    sequence: index + 1,
    time: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
    ...event,
  }));
}
