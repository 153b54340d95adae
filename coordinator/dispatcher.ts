import type { WorkerId } from '../shared/domain.ts';
import type { Hello } from '../shared/wire/session.ts';
import { assignmentOf } from './scheduler/assigning.ts';
import type { Admission } from './greeting.ts';
import { createLoop, type Loop, type MessageEffect, type Performers, type Rules } from './loop.ts';
import { type ReportOptions, reported } from './reports.ts';
import { type SessionOwner, Sessions } from './sessions.ts';
import type { Limits, RunState } from './scheduler/state.ts';
import { isTicket, ticketFor } from './tickets.ts';

export interface DispatcherOptions extends ReportOptions {
  readonly limits: Limits;
  /** The state to go on from. */
  readonly initial: RunState;
  readonly ticketKey: string;
  readonly record: Performers['record'];
  readonly dropCheckpoints: Performers['dropCheckpoints'];
  readonly rules?: Rules;
}

/** Heartbeats a lease may miss before it ends. */
const HEARTBEATS_PER_LEASE = 5;

/** Joins sessions and scheduler: reports become events, effects become messages. */
export function createDispatcher(options: DispatcherOptions): { sessions: Sessions; loop: Loop } {
  const performers: Performers = {
    keepModel: ({ result }) => options.models.keep(result),
    record: options.record,
    send: (effect) => send(options, { sessions, loop }, effect),
    dropCheckpoints: options.dropCheckpoints,
  };
  const loop: Loop = createLoop(options.initial, performers, options.rules);
  const sessions = new Sessions(sessionOwner(options, loop));
  return { sessions, loop };
}

function sessionOwner(options: DispatcherOptions, loop: Loop): SessionOwner {
  const { plan, limits, log, nowMs, ticketKey } = options;
  const { run } = plan;
  const heartbeatMs = Math.max(100, Math.floor(limits.leaseMs / HEARTBEATS_PER_LEASE));
  // Welcomed, but not taken in by the loop, which may wait for the disk.
  const arriving = new Set<WorkerId>();
  return {
    run,
    nowMs,
    engine: () => loop.state().engine,
    isKnown: (worker) => arriving.has(worker) || loop.state().workers.has(worker),
    isTaken: (worker) => arriving.has(worker) || loop.state().names.has(worker),
    life: () => loop.state().life,
    isTicket: (worker, ticket) => isTicket(ticketKey, run, worker, ticket),
    welcomeOf: (worker) => {
      const ticket = ticketFor(ticketKey, run, worker);
      return { body: 'welcome', run, worker, heartbeatMs, leaseMs: limits.leaseMs, ticket };
    },
    joined: (admission, hello) => {
      arriving.add(admission.worker);
      const taken = joined(options, loop, admission, hello);
      void taken.finally(() => arriving.delete(admission.worker));
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
  };
}

function joined(
  { plan, log, nowMs }: DispatcherOptions,
  loop: Loop,
  { worker, isReturning }: Admission,
  { host, engine, cores, reattachment }: Hello,
): Promise<boolean> {
  log.info({ worker, host, engine, cores, isReturning }, 'worker joined');
  if (cores < plan.threads) {
    log.warn({ worker, cores, threads: plan.threads }, 'worker has fewer cores than threads');
  }
  const holds = reattachment?.attempt ?? null;
  return loop.dispatch(
    isReturning
      ? { type: 'workerReturned', worker, holds, nowMs: nowMs() }
      : { type: 'workerJoined', worker, host, engine, nowMs: nowMs() },
  );
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
