import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { WorkerId } from '../shared/domain.ts';
import { asError } from '../shared/errors.ts';
import { COORDINATOR_ENDED } from '../shared/events.ts';
import { plainLine } from '../shared/plain.ts';
import type { CheckpointStore } from './artifacts/checkpoints.ts';
import type { ModelStore } from './artifacts/models.ts';
import { createDispatcher } from './dispatcher.ts';
import { createLeaseClock, type LeaseClock } from './scheduler/lease-clock.ts';
import { isOpen } from './scheduler/leasing.ts';
import type { Recorder } from './recorder.ts';
import type { CoordinatorOptions } from './options.ts';
import type { Loop } from './loop.ts';
import { type Address, listen } from './server.ts';
import type { Limits, Outcome, RunState } from './scheduler/state.ts';
import { createTransfers } from './transfers.ts';
import type { FullDisk } from './scheduler/full-disk.ts';

export interface ServeOptions extends Omit<CoordinatorOptions, 'limits'> {
  readonly limits: Limits;
  readonly initial: RunState;
  readonly models: ModelStore;
  readonly checkpoints: CheckpointStore;
  readonly recorder: Recorder;
  readonly fullDisk: FullDisk;
}

const MOST_TICK_MS = 1_000;
/** So often at least: what may count of a time in which the coordinator itself stood still. */
const TICKS_PER_LEASE = 10;
const SHUTDOWN_GRACE_MS = 1_000;

/** Listens, and lets workers and scheduler work until the run ends. */
export async function serveRun(options: ServeOptions): Promise<Outcome> {
  const { signal, limits } = options;
  const tickMs = Math.min(MOST_TICK_MS, limits.leaseMs / TICKS_PER_LEASE);
  const clock = createLeaseClock(() => performance.now(), 2 * tickMs);
  const { sessions, loop, handlers } = connect(options, clock);
  const listener = await listen(options.listen, handlers, options.access);
  const ticking = setInterval(() => {
    clock.tick();
    void loop.dispatch({ type: 'tick', nowMs: clock.nowMs() });
  }, tickMs);
  const cancel = (): void =>
    void loop.dispatch({ type: 'cancelRequested', reason: reasonOf(signal) });
  signal.addEventListener('abort', cancel, { once: true });
  let outcome: Outcome | undefined;
  try {
    noteLosses(options, { loop, clock, address: listener.address });
    if (signal.aborted) cancel();
    outcome = await loop.outcome;
    return outcome;
  } finally {
    if (outcome?.status === 'finished') sessions.endAll(true, '');
    else if (outcome?.status === 'failed') sessions.endAll(false, outcome.reason);
    else sessions.suspendAll('the coordinator stops; the run goes on when it is resumed');
    signal.removeEventListener('abort', cancel);
    clearInterval(ticking);
    await listener.close(SHUTDOWN_GRACE_MS);
  }
}

/** Joins the scheduler, what workers say to it, and the bytes they send and fetch. */
function connect(options: ServeOptions, { nowMs }: LeaseClock) {
  const { plan, dataset, transfer, models, checkpoints, log, signal, record } = options;
  const { sessions, loop } = createDispatcher({
    ...{ plan, dataset, transfer, models, log, nowMs },
    ...{ limits: options.limits, initial: options.initial },
    ticketKey: record.header.ticketKey,
    record: options.recorder.record,
    dropCheckpoints: async ({ fold, digests }) => {
      await checkpoints.drop(fold, digests);
      if (loop.state().folds.at(fold)?.status === 'done') await models.forget(fold);
    },
  });
  const transfers = createTransfers({
    ...{ plan, dataset, transfer, models, checkpoints },
    isLive: loop.isLive,
    isOpen: (part) => isOpen(loop.state(), part),
    isStopping: () => signal.aborted,
    onStorageFailure: loop.fail,
    fullDisk: options.fullDisk,
    staleRefused: (worker, id) =>
      log.warn({ worker, ...id }, 'model of an attempt that is not live refused'),
    checkpointStored: (worker, id, checkpoint) =>
      loop.dispatch({ type: 'checkpointStored', worker, id, checkpoint, nowMs: nowMs() }),
  });
  return { sessions, loop, handlers: { Session: sessions.handle, ...transfers } };
}

/** Gives up workers of which more is known than their silence tells. */
function noteLosses(
  { initial, hasOwnWorkers, onListening }: ServeOptions,
  {
    loop,
    clock,
    address,
  }: { readonly loop: Loop; readonly clock: LeaseClock; readonly address: Address },
): void {
  const leave = (worker: WorkerId, reason: string): void =>
    void loop.dispatch({ type: 'workerLeft', worker, reason, nowMs: clock.nowMs() });
  if (hasOwnWorkers === true) {
    for (const worker of initial.workers.keys()) leave(worker, COORDINATOR_ENDED);
  }
  onListening(address, (pid) => {
    for (const worker of workersOf(loop.state(), pid)) leave(worker, 'its process ended');
  });
}

/** Workers that a process of this machine has been; their ids end with its own. */
function workersOf({ workers }: RunState, pid: number): WorkerId[] {
  const isOf = new RegExp(`[-_]${pid}(-\\d+)?$`);
  return [...workers].flatMap(([worker, { host }]) =>
    host === hostname() && isOf.test(worker) ? [worker] : [],
  );
}

const reasonOf = (signal: AbortSignal): string => plainLine(asError(signal.reason).message);
