import { counted, duration, percent, plain } from '../../coordinator/report/format.ts';
import type { EpochReport } from '../../shared/domain.ts';
import { COORDINATOR_ENDED, type RecordedEvent } from '../../shared/events.ts';
import { isInterruptionMessage } from '../interruption.ts';

/** An event as one line of text. */
export function eventLine(event: RecordedEvent): string {
  switch (event.type) {
    case 'run.started':
      return startText(event);
    case 'run.worker-joined':
      return `worker ${event.worker} joined`;
    case 'run.resumed':
      return 'run resumed';
    case 'run.worker-returned':
      return `worker ${event.worker} is back`;
    case 'run.worker-left':
      return leaveText(event);
    case 'run.warning':
      return `warning: ${plain(event.message)}`;
    case 'run.selected':
      return `fold ${event.fold} selected, validation accuracy ${percent(event.validationAccuracy)}`;
    case 'run.test-started':
    case 'run.test-completed':
    case 'run.transfer-started':
    case 'run.transfer-completed':
    case 'run.evaluation-lost':
    case 'run.evaluation-failed':
      return evaluationText(event);
    case 'run.finished':
      return 'run finished';
    case 'run.failed':
    case 'run.cancelled':
      return `${event.type.replace('.', ' ')}: ${plain(event.reason)}`;
    case 'fold.started':
    case 'fold.epoch':
    case 'fold.checkpointed':
    case 'fold.completed':
    case 'fold.lost':
    case 'fold.failed': {
      const attempt = event.attempt > 1 ? ` (attempt ${event.attempt})` : '';
      return `fold ${event.fold}${attempt}: ${foldText(event)}`;
    }
  }
}

function startText(event: Extract<RecordedEvent, { type: 'run.started' }>): string {
  const { run, k, epochs, dataset, synthetic, transfer } = event;
  const data = `${plain(dataset)}${synthetic ? ' (drawn by a program)' : ''}`;
  const then = transfer === undefined ? '' : `, then transfer to ${plain(transfer)}`;
  return `run ${run} started: ${k} folds of ${counted(epochs, 'epoch')}, data ${data}${then}`;
}

function leaveText({
  worker,
  reason,
}: Extract<RecordedEvent, { type: 'run.worker-left' }>): string {
  return reason === COORDINATOR_ENDED
    ? `worker ${worker} ended with its coordinator`
    : `worker ${worker} left: ${plain(reason)}`;
}

type EvaluationEvent = Extract<
  RecordedEvent,
  { readonly type: `run.test-${string}` | `run.transfer-${string}` | `run.evaluation-${string}` }
>;

function evaluationText(event: EvaluationEvent): string {
  switch (event.type) {
    case 'run.test-started':
      return `testing the model of fold ${event.fold} on worker ${event.worker}`;
    case 'run.test-completed':
      return `test accuracy ${percent(event.accuracy)}, loss ${event.loss.toFixed(4)}`;
    case 'run.transfer-started':
      return `transfer (${event.preprocessing}) of fold ${event.fold} on worker ${event.worker}`;
    case 'run.transfer-completed': {
      const { preprocessing, accuracy, loss } = event;
      return `transfer (${preprocessing}) accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}`;
    }
    case 'run.evaluation-lost': {
      const what = event.part === 'test' ? 'test' : `evaluation of ${event.part}`;
      const how = isInterruption(event) ? 'interrupted' : 'lost';
      return `${what}: attempt ${event.attempt} ${how}: ${plain(event.reason)}`;
    }
    case 'run.evaluation-failed': {
      const what = event.part === 'test' ? 'test' : `evaluation of ${event.part}`;
      return `${what} failed: ${plain(event.reason)}`;
    }
  }
}

type FoldEvent = Extract<RecordedEvent, { readonly type: `fold.${string}` }>;

function foldText(event: FoldEvent): string {
  switch (event.type) {
    case 'fold.started':
      return `training on worker ${event.worker}${after(event.fromEpoch)}`;
    case 'fold.epoch':
      return `epoch ${event.epoch}, ${epochText(event)}`;
    case 'fold.completed':
      return (
        `done in ${duration(event.fitSeconds)}, ` +
        `validation accuracy ${percent(event.validationAccuracy)}, loss ${event.validationLoss.toFixed(4)}`
      );
    case 'fold.checkpointed':
      return `checkpoint of epoch ${event.epoch} kept`;
    case 'fold.lost':
      return lossText(event);
    case 'fold.failed':
      return `failed: ${plain(event.reason)}`;
  }
}

function lossText(event: Extract<FoldEvent, { readonly type: 'fold.lost' }>): string {
  const reason = plain(event.reason);
  if (event.cause === 'superseded') return `another attempt was first: ${reason}`;
  if (isInterruption(event)) return `interrupted, will be gone on with: ${reason}`;
  return `lost, will be tried again: ${reason}`;
}

/** Somebody stopped the worker or the run, by a signal that both of them know how to take. */
const isInterruption = ({ reason }: { readonly reason: string }): boolean =>
  reason === COORDINATOR_ENDED || isInterruptionMessage(reason);

const after = (epoch: number): string =>
  epoch === 0 ? '' : `, from the checkpoint of epoch ${epoch}`;

function epochText(epoch: EpochReport): string {
  return (
    `training loss ${epoch.trainLoss.toFixed(4)} accuracy ${percent(epoch.trainAccuracy)}, ` +
    `validation loss ${epoch.validationLoss.toFixed(4)} ` +
    `accuracy ${percent(epoch.validationAccuracy)}, ${duration(epoch.seconds)}`
  );
}
