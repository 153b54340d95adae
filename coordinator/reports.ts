import type { Logger } from 'pino';
import type { Dataset, EvaluationResult, FoldResult, Plan, WorkerId } from '../shared/domain.ts';
import { ProtocolError } from '../shared/errors.ts';
import type { TransferSet } from '../shared/transfer.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { ModelStore } from './artifacts/models.ts';
import { checkEpoch, checkEvaluation, checkFoldResult } from './scheduler/check-result.ts';
import type { Loop } from './loop.ts';
import { partOf } from './scheduler/parts.ts';
import type { Report } from './sessions.ts';

/** What reports are held against. */
export interface ReportOptions {
  readonly plan: Plan;
  readonly dataset: Dataset;
  /** Present where the plan has a transfer evaluation. */
  readonly transfer?: TransferSet | undefined;
  readonly models: Pick<ModelStore, 'keep' | 'isStaged'>;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** Turns what a worker reports into an event of the scheduler, after checking it. */
export async function reported(
  options: ReportOptions,
  loop: Loop,
  worker: WorkerId,
  report: Report,
): Promise<void> {
  const { plan, log } = options;
  const nowMs = options.nowMs();
  switch (report.body) {
    case 'heartbeat': {
      const { number, attempt: holds = null } = report.heartbeat;
      return void loop.dispatch({ type: 'renewed', worker, number, holds, nowMs });
    }
    case 'epoch': {
      const { id, report: epoch } = report;
      checkEpoch(epoch, plan);
      return void loop.dispatch({ type: 'epochReported', worker, id, report: epoch, nowMs });
    }
    case 'warning': {
      const { id, message } = report;
      log.info({ worker, ...id, warning: message }, 'attempt warned');
      return void loop.dispatch({ type: 'warned', worker, id, message });
    }
    case 'foldResult':
      return foldReported(options, loop, { ...report.result, worker });
    case 'evaluationResult':
      return evaluationReported(options, loop, { ...report.result, worker });
    case 'failed': {
      const { id, kind, message: reason } = report;
      log.warn({ worker, ...id, kind, reason }, 'attempt failed');
      return void loop.dispatch({ type: 'attemptFailed', worker, id, kind, reason, nowMs });
    }
    case 'handBack':
      return handedBack(options, loop, worker, report);
  }
}

function handedBack(
  { log, nowMs: clock }: ReportOptions,
  loop: Loop,
  worker: WorkerId,
  { id: held, reason }: Extract<Report, { body: 'handBack' }>,
): void {
  const nowMs = clock();
  const id = held ?? null;
  log.info({ worker, ...id, reason }, 'worker leaves');
  void loop.dispatch({ type: 'handedBack', worker, id, reason, nowMs });
  void loop.dispatch({ type: 'workerLeft', worker, reason, nowMs });
}

async function foldReported(
  { plan, dataset, models, log, nowMs }: ReportOptions,
  loop: Loop,
  result: FoldResult,
): Promise<void> {
  const { worker, fold, attempt } = result;
  const id: AttemptId = { task: 'fold', fold, attempt };
  if (loop.isLive(worker, id)) {
    checkFoldResult(result, plan, dataset.train.labels);
    if (!(await models.isStaged(result))) {
      throw new ProtocolError(`the model of fold ${fold} was not uploaded whole`);
    }
  } else if (loop.state().folds.at(fold)?.status !== 'done') {
    return log.warn({ worker, ...id }, 'result of an attempt that is not live dropped');
  }
  // One that is done already is acknowledged again, or held against what was accepted.
  void loop.dispatch({ type: 'foldCompleted', result, nowMs: nowMs() });
}

function evaluationReported(options: ReportOptions, loop: Loop, result: EvaluationResult): void {
  const { worker, part, fold, attempt } = result;
  const id: AttemptId = { task: part, fold, attempt };
  if (loop.isLive(worker, id)) {
    const labels = partOf(options, part)?.labels ?? new Uint8Array();
    checkEvaluation(result, options.plan, labels);
  } else if (loop.state().evaluations.get(part)?.status !== 'done') {
    return options.log.warn({ worker, ...id }, 'result of an attempt that is not live dropped');
  }
  void loop.dispatch({ type: 'evaluated', result, nowMs: options.nowMs() });
}
