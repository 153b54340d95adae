import type { EpochReport, Preprocessing } from '../../shared/domain.ts';
import type { RecordedEvent } from '../../shared/events.ts';

/** Where one fold stands. */
export type FoldProgress =
  | {
      readonly state: 'waiting';
      readonly attempt: number;
      /** What the next attempt goes on from: the epoch of the last checkpoint, or 0. */
      readonly keptEpoch: number;
    }
  | {
      readonly state: 'training';
      readonly attempt: number;
      readonly worker: string;
      readonly startedMs: number;
      readonly keptEpoch: number;
      /** The last epoch that ended. */
      readonly epoch?: EpochReport;
      readonly epochEndedMs?: number;
    }
  | { readonly state: 'done'; readonly epoch?: EpochReport; readonly fitSeconds: number }
  | { readonly state: 'failed' };

/** Where a run stands, as far as its events tell. */
export interface RunProgress {
  readonly startedMs: number;
  readonly epochs: number;
  readonly folds: readonly FoldProgress[];
  readonly workers: ReadonlySet<string>;
  readonly phase: 'training' | 'testing' | 'transferring' | 'ended';
  /** The selected fold, once there is one. */
  readonly best?: number;
  /** The ways of making pictures on which the selected model is being tried. */
  readonly trying: ReadonlySet<Preprocessing>;
  /** Epochs seen, and their wall time in all, over all folds and attempts. */
  readonly seen: { readonly epochs: number; readonly seconds: number };
}

export const NO_PROGRESS: RunProgress = {
  startedMs: 0,
  epochs: 0,
  folds: [],
  workers: new Set(),
  phase: 'training',
  trying: new Set(),
  seen: { epochs: 0, seconds: 0 },
};

/** Takes one more event into account; pure. */
export function advance(progress: RunProgress, event: RecordedEvent): RunProgress {
  const timeMs = Date.parse(event.time);
  switch (event.type) {
    case 'run.started':
      return begun(event, timeMs);
    case 'run.worker-joined':
    case 'run.worker-returned':
      return { ...progress, workers: new Set([...progress.workers, event.worker]) };
    case 'run.resumed':
      return resumed(progress);
    case 'run.worker-left':
      return { ...progress, workers: without(progress.workers, event.worker) };
    case 'run.selected':
      return { ...progress, best: event.fold };
    case 'run.test-started':
      return { ...progress, phase: 'testing' };
    case 'run.transfer-started': {
      const trying = new Set([...progress.trying, event.preprocessing]);
      return { ...progress, phase: 'transferring', trying };
    }
    case 'run.transfer-completed':
      return { ...progress, trying: without(progress.trying, event.preprocessing) };
    case 'run.finished':
    case 'run.failed':
    case 'run.cancelled':
      return { ...progress, phase: 'ended' };
    case 'run.warning':
    case 'run.test-completed':
    case 'run.evaluation-lost':
    case 'run.evaluation-failed':
      return progress;
    case 'fold.started':
    case 'fold.epoch':
    case 'fold.checkpointed':
    case 'fold.completed':
    case 'fold.lost':
    case 'fold.failed':
      return advanceFold(progress, event, timeMs);
  }
}

/** What was shown as ended goes on; workers join anew, or come back. */
function resumed(progress: RunProgress): RunProgress {
  const phase = progress.best === undefined ? 'training' : 'testing';
  return { ...progress, phase, workers: new Set() };
}

function begun(
  { k, epochs }: Extract<RecordedEvent, { type: 'run.started' }>,
  startedMs: number,
): RunProgress {
  const folds = Array.from(
    { length: k },
    () => ({ state: 'waiting', attempt: 1, keptEpoch: 0 }) as const,
  );
  return { ...NO_PROGRESS, startedMs, epochs, folds };
}

type FoldEvent = Extract<RecordedEvent, { readonly fold: number; readonly type: `fold.${string}` }>;

function advanceFold(progress: RunProgress, event: FoldEvent, timeMs: number): RunProgress {
  const fold = progress.folds[event.fold];
  if (!fold) return progress;
  const next = {
    ...progress,
    folds: progress.folds.with(event.fold, nextFold(fold, event, timeMs)),
  };
  if (event.type !== 'fold.epoch') return next;
  const { epochs, seconds } = progress.seen;
  return { ...next, seen: { epochs: epochs + 1, seconds: seconds + event.seconds } };
}

function nextFold(fold: FoldProgress, event: FoldEvent, timeMs: number): FoldProgress {
  const { attempt, worker } = event;
  // A second attempt at a fold that is late may still be told of.
  if (fold.state === 'done') return fold;
  switch (event.type) {
    case 'fold.started':
      return {
        ...{ state: 'training', attempt, worker, startedMs: timeMs },
        keptEpoch: event.fromEpoch,
      };
    case 'fold.checkpointed':
      return fold.state === 'training' ? { ...fold, keptEpoch: event.epoch } : fold;
    case 'fold.epoch': {
      const { startedMs, keptEpoch } =
        fold.state === 'training' ? fold : { startedMs: timeMs, keptEpoch: 0 };
      const times = { startedMs, epochEndedMs: timeMs };
      return { state: 'training', attempt, worker, keptEpoch, epoch: event, ...times };
    }
    case 'fold.completed': {
      const epoch = fold.state === 'training' && fold.epoch ? { epoch: fold.epoch } : {};
      return { state: 'done', fitSeconds: event.fitSeconds, ...epoch };
    }
    case 'fold.lost':
      // The other of two attempts goes on.
      if (fold.state === 'training' && fold.attempt !== attempt) return fold;
      return { state: 'waiting', attempt: attempt + 1, keptEpoch: keptEpochOf(fold) };
    case 'fold.failed':
      return { state: 'failed' };
  }
}

const keptEpochOf = (fold: FoldProgress): number => ('keptEpoch' in fold ? fold.keptEpoch : 0);

function without<Item>(items: ReadonlySet<Item>, item: Item): ReadonlySet<Item> {
  return new Set([...items].filter((other) => other !== item));
}
