import type { RecordedEvent } from '../../shared/events.ts';

/** One try at a fold. */
export interface Attempt {
  readonly attempt: number;
  readonly worker: string;
  readonly state: 'training' | 'done' | 'lost' | 'failed';
  /** Complete epochs. */
  readonly epoch: number;
  /** Why it ended without a result. */
  readonly reason?: string;
}

/** What became of one fold. */
export interface FoldHistory {
  readonly fold: number;
  readonly state: 'waiting' | 'training' | 'done' | 'failed';
  readonly attempts: readonly Attempt[];
  /** Of the accepted result. */
  readonly validationAccuracy?: number;
  /** The epochs of its last kept checkpoint, from which the next attempt would go on. */
  readonly checkpointEpoch?: number | undefined;
}

type FoldEvent = Extract<RecordedEvent, { readonly type: `fold.${string}` }>;

/** The folds of a run by its events, in fold order; none where it does not say how many it has. */
export function foldHistories(events: readonly RecordedEvent[]): FoldHistory[] {
  const started = events.find((event) => event.type === 'run.started');
  const folds = Array.from({ length: started?.k ?? 0 }, (_, fold): FoldHistory => ({
    fold,
    state: 'waiting',
    attempts: [],
  }));
  for (const event of events) {
    if (!isOfFold(event)) continue;
    const history = folds[event.fold];
    if (history) folds[event.fold] = advance(history, event);
  }
  return folds;
}

const isOfFold = (event: RecordedEvent): event is FoldEvent => event.type.startsWith('fold.');

function advance(history: FoldHistory, event: FoldEvent): FoldHistory {
  const { attempt, worker } = event;
  const known = history.attempts.find((each) => each.attempt === attempt);
  const before: Attempt = known ?? { attempt, worker, state: 'training', epoch: 0 };
  const others = history.attempts.filter((each) => each.attempt !== attempt);
  const next: Attempt = { ...before, ...changeOf(event) };
  const attempts = [...others, next].toSorted((a, b) => a.attempt - b.attempt);
  const accuracy =
    event.type === 'fold.completed' ? { validationAccuracy: event.validationAccuracy } : {};
  return {
    ...history,
    ...accuracy,
    attempts,
    state: stateOf(attempts),
    checkpointEpoch: checkpointAfter(history, event),
  };
}

/** Where a checkpoint was of no use, an older one may be left, or none: that is not known. */
function checkpointAfter({ checkpointEpoch }: FoldHistory, event: FoldEvent): number | undefined {
  if (event.type === 'fold.checkpointed') return Math.max(event.epoch, checkpointEpoch ?? 0);
  return event.type === 'fold.lost' && event.cause === 'checkpoint' ? undefined : checkpointEpoch;
}

function changeOf(event: FoldEvent): Partial<Attempt> {
  switch (event.type) {
    case 'fold.started':
      return { state: 'training', epoch: event.fromEpoch };
    case 'fold.epoch':
      return { epoch: event.epoch };
    case 'fold.completed':
      return { state: 'done' };
    case 'fold.checkpointed':
      return {};
    case 'fold.lost':
      return { state: 'lost', reason: event.reason };
    case 'fold.failed':
      return { state: 'failed', reason: event.reason };
  }
}

function stateOf(attempts: readonly Attempt[]): FoldHistory['state'] {
  const states = attempts.map(({ state }) => state);
  return (
    (['done', 'failed', 'training'] as const).find((each) => states.includes(each)) ?? 'waiting'
  );
}
