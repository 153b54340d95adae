import type { Logger } from 'pino';
import type { Dataset, EvaluationResult, FoldResult, Plan, WorkerId } from '../shared/domain.ts';
import { ProtocolError } from '../shared/errors.ts';
import type { TransferSet } from '../shared/transfer.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { ModelStore } from './artifacts/models.ts';
import { assignmentOf } from './assigning.ts';
import { checkEpoch, checkEvaluation, checkFoldResult } from './check-result.ts';
import { createLoop, type Loop, type MessageEffect, type Performers, type Rules } from './loop.ts';
import { partOf } from './parts.ts';
import { Sessions, type Report } from './sessions.ts';
import type { Limits, RunState } from './state.ts';
import { isTicket, ticketFor } from './tickets.ts';

export interface DispatcherOptions {
  readonly plan: Plan;
  readonly dataset: Dataset;
  /** Present where the plan has a transfer evaluation. */
  readonly transfer?: TransferSet | undefined;
  readonly models: Pick<ModelStore, 'keep' | 'isStaged'>;
  readonly limits: Limits;
  /** The state to go on from. */
  readonly initial: RunState;
  readonly ticketKey: string;
  readonly record: Performers['record'];
  readonly dropCheckpoints: Performers['dropCheckpoints'];
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly rules?: Rules;
}

/** Heartbeats a lease may miss before it ends. */
const HEARTBEATS_PER_LEASE = 5;

/** Joins sessions and scheduler: reports become events, effects become messages. */
export function createDispatcher(options: DispatcherOptions): { sessions: Sessions; loop: Loop } {
  const { plan, limits, log, nowMs, models, ticketKey } = options;
  const { run } = plan;
  const heartbeatMs = Math.max(100, Math.floor(limits.leaseMs / HEARTBEATS_PER_LEASE));
  const sessions = new Sessions({
    run,
    nowMs,
    engine: () => loop.state().engine,
    isKnown: (worker) => loop.state().workers.has(worker),
    isTicket: (worker, ticket) => isTicket(ticketKey, run, worker, ticket),
    welcomeOf: (worker) => {
      const ticket = ticketFor(ticketKey, run, worker);
      return { body: 'welcome', run, worker, heartbeatMs, leaseMs: limits.leaseMs, ticket };
    },
    joined: ({ worker, isReturning }, { host, engine, cores, reattachment }) => {
      log.info({ worker, host, engine, cores, isReturning }, 'worker joined');
      if (cores < plan.threads) {
        log.warn({ worker, cores, threads: plan.threads }, 'worker has fewer cores than threads');
      }
      const holds = reattachment?.attempt ?? null;
      void loop.dispatch(
        isReturning
          ? { type: 'workerReturned', worker, holds, nowMs: nowMs() }
          : { type: 'workerJoined', worker, host, engine, nowMs: nowMs() },
      );
    },
    disconnected: (worker) => {
      log.info({ worker }, 'worker out of reach');
      void loop.dispatch({ type: 'workerDisconnected', worker, nowMs: nowMs() });
    },
    expelled: (worker, reason) => {
      log.warn({ worker, reason }, 'worker expelled');
      void loop.dispatch({ type: 'workerLeft', worker, reason, nowMs: nowMs() });
    },
    reported: (worker, report) => reported(options, loop, worker, report),
  });
  const performers: Performers = {
    keepModel: ({ result }) => models.keep(result),
    record: options.record,
    send: (effect) => send(options, { sessions, loop }, effect),
    dropCheckpoints: options.dropCheckpoints,
  };
  const loop: Loop = createLoop(options.initial, performers, options.rules);
  return { sessions, loop };
}

function send(
  options: DispatcherOptions,
  { sessions, loop }: { readonly sessions: Sessions; readonly loop: Loop },
  effect: MessageEffect,
): void {
  const { worker } = effect;
  switch (effect.type) {
    case 'assign': {
      // A later event of the same batch may have taken it away again.
      if (!loop.isLive(worker, effect.id)) return;
      options.log.info({ worker, ...effect.id }, 'assigned');
      return sessions.send(worker, assignmentOf(options, loop.state(), effect.id));
    }
    case 'acknowledge':
      return sessions.send(worker, { body: 'accepted', id: effect.id });
    case 'renew':
      return sessions.send(worker, {
        body: 'renewal',
        number: effect.number,
        verdict: effect.verdict,
      });
    case 'cancel':
      return sessions.send(worker, { body: 'cancel', id: effect.id, reason: effect.reason });
    case 'dismiss':
      return sessions.dismiss(worker, effect.reason);
  }
}

/** Turns what a worker reports into an event of the scheduler, after checking it. */
async function reported(
  options: DispatcherOptions,
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
      const { id, kind, message } = report;
      log.warn({ worker, ...id, kind, reason: message }, 'attempt failed');
      const failure = { worker, id, kind, reason: message, nowMs };
      return void loop.dispatch({ type: 'attemptFailed', ...failure });
    }
    case 'handBack': {
      const { id = null, reason } = report;
      log.info({ worker, ...id, reason }, 'worker leaves');
      void loop.dispatch({ type: 'handedBack', worker, id, reason, nowMs });
      return void loop.dispatch({ type: 'workerLeft', worker, reason, nowMs });
    }
  }
}

async function foldReported(
  { plan, dataset, models, log, nowMs }: DispatcherOptions,
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
  } else if (loop.state().folds[fold]?.status !== 'done') {
    return log.warn({ worker, ...id }, 'result of an attempt that is not live dropped');
  }
  // One that is done already is acknowledged again, or held against what was accepted.
  void loop.dispatch({ type: 'foldCompleted', result, nowMs: nowMs() });
}

function evaluationReported(
  options: DispatcherOptions,
  loop: Loop,
  result: EvaluationResult,
): void {
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
