import type { Fact } from '../../coordinator/record/record.ts';
import { isEnding } from '../../shared/events.ts';
import type { FoldResult, EvaluationResult, WorkerId } from '../../shared/domain.ts';
import type { Limits } from '../../coordinator/scheduler/state.ts';

/** What the facts say of one piece of work, by a model of its own. */
interface Story {
  latest: number;
  readonly live: Map<number, { readonly worker: WorkerId; readonly fromEpoch: number }>;
  accepted: number | null;
  failures: number;
  /** Epochs of the checkpoints, ascending. */
  checkpoints: number[];
  isGivenUp: boolean;
}

type Event = Fact['event'];
type OfAttempt = Extract<Event, { attempt: number }>;

export interface Historian {
  /** Reads facts that the disk has; returns what is wrong with them. */
  readonly read: (facts: readonly Fact[]) => string[];
  readonly hasBegun: (key: string, attempt: number) => boolean;
  readonly hasAccepted: (key: string, attempt: number) => boolean;
  readonly isSelected: () => boolean;
  /** Why a run may have failed: what machines failed at too often. */
  readonly isSpent: () => boolean;
}

export interface HistorianOptions {
  readonly k: number;
  readonly limits: Limits;
  /** Whether an accepted result is that of the undisturbed run. */
  readonly isTrue: (result: FoldResult | EvaluationResult) => boolean;
  /** Whether a worker may have been given up at a time (ISO 8601) for its silence. */
  readonly wasSilent: (worker: WorkerId, time: string) => boolean;
}

/** The name of a piece of work. */
export function keyOf(event: OfAttempt): string {
  if ('part' in event) return event.part;
  if ('preprocessing' in event) return `transfer-${event.preprocessing}`;
  return event.type.startsWith('run.') ? 'test' : `fold ${event.fold}`;
}

/**
 * Holds the record of a run against what is promised of it, without the scheduler's own code: a dumb
 * twin that knows only what the facts say.
 */
export function createHistorian(options: HistorianOptions): Historian {
  const stories = new Map<string, Story>();
  const known = { sequence: 0, selected: false, ended: false };
  const storyOf = (key: string): Story => {
    const story = stories.get(key) ?? {
      ...{ latest: 0, live: new Map<number, never>(), accepted: null, failures: 0 },
      ...{ checkpoints: [], isGivenUp: false },
    };
    stories.set(key, story);
    return story;
  };
  const read = ({ event, result }: Fact): string[] => {
    const found: string[] = [];
    if (event.sequence !== known.sequence + 1) found.push(`fact ${event.sequence} is out of order`);
    known.sequence = event.sequence;
    if (known.ended) found.push(`${event.type} after the end`);
    known.ended = isEnding(event) && event.type !== 'run.cancelled';
    if (event.type === 'run.selected') {
      known.selected = true;
      const open = [...stories].filter(
        ([, { accepted, isGivenUp }]) => accepted === null && !isGivenUp,
      );
      if (stories.size < options.k || open.length > 0)
        found.push('selected before all was trained');
    }
    if (event.type === 'run.worker-left' && event.reason.startsWith('not heard of')) {
      if (!options.wasSilent(event.worker, event.time)) {
        found.push(`${event.worker} was given up within its lease`);
      }
    }
    if (!('attempt' in event)) return found;
    const key = keyOf(event);
    if (!key.startsWith('fold') && !known.selected) found.push(`${key} before the selection`);
    if (key.startsWith('transfer') && storyOf('test').accepted === null) {
      found.push(`${key} before the test`);
    }
    const story = storyOf(key);
    return [...found, ...judge({ event, result }, key, story, options, stories)];
  };
  return {
    read: (facts) => facts.flatMap(read),
    hasBegun: (key, attempt) => (stories.get(key)?.latest ?? 0) >= attempt,
    hasAccepted: (key, attempt) => stories.get(key)?.accepted === attempt,
    isSelected: () => known.selected,
    isSpent: () =>
      [...stories.values()].some(({ failures }) => failures >= options.limits.maxAttempts),
  };
}

function judge(
  { event, result }: { event: OfAttempt; result?: Fact['result'] | undefined },
  key: string,
  story: Story,
  options: HistorianOptions,
  stories: ReadonlyMap<string, Story>,
): string[] {
  const { attempt, worker } = event;
  const lease = story.live.get(attempt);
  const isLive = lease?.worker === worker;
  const what = `${event.type} of ${key}, attempt ${attempt}`;
  const found: string[] = [];
  switch (event.type) {
    case 'fold.started':
    case 'run.test-started':
    case 'run.transfer-started': {
      const fromEpoch = event.type === 'fold.started' ? event.fromEpoch : 0;
      if (attempt <= story.latest) found.push(`${what}: its number is used again`);
      if (story.accepted !== null || story.isGivenUp) found.push(`${what}: it is settled`);
      if (story.live.size >= (key.startsWith('fold') ? 2 : 1)) found.push(`${what}: too many`);
      if (isBusy(stories, worker)) found.push(`${what}: ${worker} is busy`);
      if (fromEpoch !== (story.checkpoints.at(-1) ?? 0)) {
        found.push(
          `${what}: from epoch ${fromEpoch}, though there are ${story.checkpoints.join()}`,
        );
      }
      story.latest = Math.max(story.latest, attempt);
      story.live.set(attempt, { worker, fromEpoch });
      return found;
    }
    case 'fold.epoch':
      return isLive ? found : [`${what}: it is not live`];
    case 'fold.checkpointed':
      story.checkpoints = [...story.checkpoints, event.epoch].toSorted((a, b) => a - b).slice(-2);
      return isLive ? found : [`${what}: it is not live`];
    case 'fold.lost':
    case 'run.evaluation-lost':
      if (!isLive) found.push(`${what}: it is not live`);
      if (event.cause === 'machine' || event.cause === 'out-of-memory') story.failures += 1;
      if (event.cause === 'checkpoint') {
        story.checkpoints = story.checkpoints.filter((epoch) => epoch !== lease?.fromEpoch);
      }
      story.live.delete(attempt);
      if (story.failures > options.limits.maxAttempts) found.push(`${what}: tried too often`);
      return found;
    case 'fold.failed':
    case 'run.evaluation-failed':
      story.isGivenUp = true;
      story.live.delete(attempt);
      return found;
    case 'fold.completed':
    case 'run.test-completed':
    case 'run.transfer-completed':
      if (!isLive) found.push(`${what}: it is not live`);
      if (story.accepted !== null) found.push(`${what}: accepted twice`);
      if (!result || !options.isTrue(result)) found.push(`${what}: another result`);
      story.accepted = attempt;
      story.live.delete(attempt);
      return found;
  }
}

const isBusy = (stories: ReadonlyMap<string, Story>, worker: WorkerId): boolean =>
  [...stories.values()].some(({ live }) => [...live.values()].some((one) => one.worker === worker));
