import type { Logger } from 'pino';
import type {
  Dataset,
  EvaluationResult,
  Execution,
  FoldAssignment,
  FoldResult,
  Plan,
  WorkerId,
} from '../shared/domain.ts';
import { ProtocolError } from '../shared/errors.ts';
import type { ProgressEvent } from '../shared/events.ts';
import type { TransferSet } from '../shared/transfer.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { CoordinatorSaid } from '../shared/wire/session.ts';
import type { ModelStore } from './artifacts.ts';
import { checkEpoch, checkEvaluation, checkFoldResult } from './check-result.ts';
import { createLoop, type Loop } from './loop.ts';
import { evaluationParts, partOf } from './parts.ts';
import { initialState } from './scheduler.ts';
import { Sessions, type Report } from './sessions.ts';
import type { Limits } from './state.ts';

export interface DispatcherOptions {
  readonly plan: Plan;
  readonly dataset: Dataset;
  /** Present where the plan has a transfer evaluation. */
  readonly transfer?: TransferSet | undefined;
  readonly models: ModelStore;
  readonly limits: Limits;
  readonly publish: (event: ProgressEvent) => void;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** Heartbeats a lease may miss before it ends. */
const HEARTBEATS_PER_LEASE = 5;

/** Joins sessions and scheduler: reports become events, effects become messages. */
export function createDispatcher(options: DispatcherOptions): { sessions: Sessions; loop: Loop } {
  const { plan, limits, log, nowMs, models } = options;
  const sessions = new Sessions({
    run: plan.run,
    heartbeatMs: Math.max(100, Math.floor(limits.leaseMs / HEARTBEATS_PER_LEASE)),
    log,
    joined: (worker, { host, engine, cores }) => {
      log.info({ worker, host, engine, cores }, 'worker joined');
      if (cores < plan.threads) {
        log.warn({ worker, cores, threads: plan.threads }, 'worker has fewer cores than threads');
      }
      loop.dispatch({ type: 'workerJoined', worker, host, nowMs: nowMs() });
    },
    left: (worker, reason) => {
      log.info({ worker, reason }, 'worker left');
      loop.dispatch({ type: 'workerLost', worker, reason });
    },
    reported: (worker, report) => reported(options, loop, worker, report),
  });
  const parts = evaluationParts(plan);
  const loop: Loop = createLoop(
    initialState({ k: plan.k, parts, synthetic: plan.dataset.synthetic, limits }),
    {
      assign: ({ worker, id }) => {
        log.info({ worker, ...id }, 'assigned');
        sessions.send(worker, assignmentOf(plan, id, loop));
      },
      keepModel: ({ result }) => models.keep(result.fold, result.attempt),
      acknowledge: ({ worker, id }) => sessions.send(worker, { body: 'accepted', id }),
      cancel: ({ worker, id, reason }) => sessions.send(worker, { body: 'cancel', id, reason }),
      dismiss: ({ worker, reason }) => sessions.dismiss(worker, reason),
      publish: ({ event }) => options.publish(event),
    },
  );
  return { sessions, loop };
}

/** Turns what a worker reports into an event of the scheduler, after checking it. */
async function reported(
  options: DispatcherOptions,
  loop: Loop,
  worker: WorkerId,
  report: Report,
): Promise<void> {
  const { plan, log, nowMs } = options;
  loop.dispatch({ type: 'heartbeat', worker, nowMs: nowMs() });
  switch (report.body) {
    case 'heartbeat':
      return;
    case 'epoch': {
      const { id, report: epoch } = report;
      checkEpoch(epoch, plan);
      return loop.dispatch({ type: 'epochReported', worker, id, report: epoch });
    }
    case 'warning': {
      const { id, message } = report;
      log.info({ worker, ...id, warning: message }, 'attempt warned');
      return loop.dispatch({ type: 'warned', worker, id, message });
    }
    case 'foldResult':
      return foldReported(options, loop, { ...report.result, worker });
    case 'evaluationResult':
      return evaluationReported(options, loop, { ...report.result, worker });
    case 'failed': {
      const { id, kind, message } = report;
      log.warn({ worker, ...id, kind, reason: message }, 'attempt failed');
      const failure = { worker, id, kind, reason: message, nowMs: nowMs() };
      return loop.dispatch({ type: 'attemptFailed', ...failure });
    }
  }
}

async function foldReported(
  { plan, dataset, models, log }: DispatcherOptions,
  loop: Loop,
  result: FoldResult,
): Promise<void> {
  const { worker, fold, attempt } = result;
  const id: AttemptId = { task: 'fold', fold, attempt };
  if (!loop.isLive(worker, id)) return log.warn({ worker, ...id }, 'stale result dropped');
  checkFoldResult(result, plan, dataset.train.labels);
  if (!(await models.isStaged(result))) {
    throw new ProtocolError(`the model of fold ${fold} was not uploaded whole`);
  }
  loop.dispatch({ type: 'foldCompleted', result });
}

function evaluationReported(
  options: DispatcherOptions,
  loop: Loop,
  result: EvaluationResult,
): void {
  const { worker, part, fold, attempt } = result;
  const id: AttemptId = { task: part, fold, attempt };
  if (!loop.isLive(worker, id)) return options.log.warn({ worker, ...id }, 'stale result dropped');
  const labels = partOf(options, part)?.labels ?? new Uint8Array();
  checkEvaluation(result, options.plan, labels);
  loop.dispatch({ type: 'evaluated', result });
}

function foldAssignmentOf(plan: Plan, { fold, attempt }: AttemptId): FoldAssignment {
  const { run, seed, dataset, training, architecture } = plan;
  const validation = plan.validation[fold] ?? [];
  const assignment = { run, fold, attempt, seed, dataset, validation, training };
  return {
    ...assignment,
    ...executionOf(plan),
    ...(architecture === undefined ? {} : { architecture }),
  };
}

function executionOf({ threads, step, xla }: Plan): Execution {
  return { threads, step, ...(xla === undefined ? {} : { xla }) };
}

function assignmentOf(plan: Plan, id: AttemptId, loop: Loop): CoordinatorSaid {
  const { run, dataset } = plan;
  const { fold, attempt } = id;
  if (id.task === 'fold') return { body: 'fold', assignment: foldAssignmentOf(plan, id) };
  const { task: part } = id;
  const images = partOf(plan, part);
  const work = loop.state().folds[fold];
  if (work?.status !== 'done' || images === undefined) {
    throw new RangeError(`fold ${fold} cannot be evaluated on ${part}`);
  }
  const { model } = work.result;
  return {
    body: 'evaluation',
    assignment: { run, fold, attempt, part, images, dataset, model, ...executionOf(plan) },
  };
}
