import type { EvaluationPart, FoldResult } from '../../shared/domain.ts';
import type { RecordedEvent } from '../../shared/events.ts';
import type { Finished, Limits } from '../../coordinator/scheduler/state.ts';
import { letLoose } from './chaos.ts';
import { createChance } from './chance.ts';
import { SOUND, type Mutant } from './mutant.ts';
import { createTruth, type Truth } from './truth.ts';
import { World } from './world.ts';

/** What came of one schedule. */
export interface Report {
  readonly seed: number;
  /** What was promised and not kept; the first ones. */
  readonly violations: readonly string[];
  readonly status: 'finished' | 'failed' | 'unfinished';
  readonly events: number;
  readonly steps: number;
  readonly messages: number;
  readonly crashes: number;
  readonly simulatedMs: number;
  /** What was recorded, in order: the story of a failure, and what a schedule has seen. */
  readonly story: readonly string[];
}

const LEASE_MS = 1000;
const CHAOS_MS = 6000;
/** A run in calm weather takes a few seconds; failures rest for up to a minute. */
const MOST_MS = 300_000;
const MOST_EVENTS = 40_000;

const truths = new Map<string, Truth>();

function truthFor(k: number, epochs: number, hasTransfer: boolean): Truth {
  const name = `${k} ${epochs} ${hasTransfer}`;
  const truth = truths.get(name) ?? createTruth(k, epochs, hasTransfer);
  truths.set(name, truth);
  return truth;
}

/** So many turns of the queue of promises see to all that one event sets off. */
const TURNS = 20;

/**
 * Lets everything settle before the next thing happens. Not by a turn of the event loop, which takes
 * twenty times as long.
 */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
}

/** Plays one schedule, all of it decided by its seed. */
export async function playSchedule(seed: number, mutant: Mutant = SOUND): Promise<Report> {
  const chance = createChance(seed ^ 0x5eed);
  const truth = truthFor(2 + chance.below(3), 2 + chance.below(3), chance.happens(0.3));
  const limits: Limits = {
    ...{ leaseMs: LEASE_MS, maxAttempts: 4, checkpointEpochs: 1 },
    ...{ stragglerFactor: 2, allowPartial: chance.happens(0.5) },
  };
  const poison = chance.happens(0.05) ? chance.below(truth.plan.k) : null;
  const workers = 2 + chance.below(3);
  const isOneHost = chance.happens(0.2);
  const world = new World({ seed, truth, limits, workers, mutant, poison, isOneHost });
  if (chance.happens(0.05)) {
    world.workers[0]!.trait = { slowness: 1, fails: null, isSmall: true };
  }
  world.boot();
  for (const worker of world.workers) {
    world.clock.after(chance.between(0, 1000), () => worker.start());
  }
  letLoose(world, CHAOS_MS);
  let events = 0;
  while (world.outcome === null && world.violations.length === 0) {
    if (events >= MOST_EVENTS || world.clock.nowMs() > MOST_MS || !world.clock.advance()) break;
    events += 1;
    await quiet();
    world.check();
  }
  // Those who watch the tests want to be heard now and then.
  await new Promise((resolve) => setImmediate(resolve));
  judge(world);
  return {
    ...{ seed, violations: world.violations.slice(0, 5), events, ...world.counts },
    status:
      world.outcome?.status === 'cancelled'
        ? 'unfinished'
        : (world.outcome?.status ?? 'unfinished'),
    simulatedMs: world.clock.nowMs(),
    story: world.disk.durableFacts().map(({ event }) => titleOf(event)),
  };
}

/** A fact in a few words: what happened, and what kind of it. */
function titleOf(event: RecordedEvent): string {
  if ('cause' in event) return `${event.type}, ${event.cause}`;
  if (event.type === 'fold.started' && event.fromEpoch > 0)
    return 'fold.started, from a checkpoint';
  return event.type;
}

/** Holds the end of a run against the undisturbed one. */
function judge(world: World): void {
  const { outcome, violations, historian, options } = world;
  if (violations.length > 0) return;
  if (outcome === null) return void violations.push('the run did not end');
  if (outcome.status === 'finished') return void violations.push(...compare(world, outcome));
  const isTold =
    historian.isSpent() ||
    (outcome.status === 'failed' && outcome.reason.includes('out of memory'));
  if (!isTold) violations.push(`the run ${outcome.status}: ${JSON.stringify(outcome)}`);
  if (options.poison !== null && options.limits.allowPartial && outcome.status === 'failed') {
    const reasons = outcome.missing.map(({ fold }) => fold).join();
    if (outcome.folds.length > 0) violations.push(`failed for the sake of folds ${reasons}`);
  }
}

function compare({ options, storage }: World, outcome: Finished): string[] {
  const { truth } = options;
  const { k, training } = truth.plan;
  const missing = new Set(outcome.missing.map(({ fold }) => fold));
  const expected = Array.from({ length: k }, (_, fold) => fold).filter(
    (fold) => !missing.has(fold),
  );
  const found: string[] = [];
  if (missing.size > 0 && !options.limits.allowPartial) found.push('folds are missing');
  if (outcome.folds.map(({ fold }) => fold).join() !== expected.join()) {
    found.push(`folds ${outcome.folds.map(({ fold }) => fold).join()} of ${expected.join()}`);
  }
  for (const { fold, model } of outcome.folds) {
    const weights = truth.weights(fold, training.epochs);
    if (model.weightsDigest !== weights) found.push(`fold ${fold} has other weights`);
    if (storage.modelOf(fold)?.weightsDigest !== weights) found.push(`the model of fold ${fold}`);
  }
  const best = bestOf(outcome.folds);
  if (outcome.best !== best) found.push(`fold ${outcome.best} is selected, not ${best}`);
  const weights = truth.weights(best, training.epochs);
  const evaluations = [outcome.evaluation, outcome.transfer?.paper, outcome.transfer?.fit];
  const parts: EvaluationPart[] = ['test', 'transfer-paper', 'transfer-fit'];
  evaluations.slice(0, truth.transfer ? 3 : 1).forEach((result, place) => {
    const { score } = truth.evaluation(best, 1, parts[place]!, weights);
    if (JSON.stringify(result?.score) !== JSON.stringify(score)) {
      found.push(`${parts[place]} has another score`);
    }
  });
  return found;
}

/** By the letter of the promise: the highest accuracy, then the lower loss, then the lower index. */
const bestOf = (results: readonly FoldResult[]): number =>
  results.toSorted(
    (a, b) =>
      b.validation.accuracy - a.validation.accuracy ||
      a.validation.loss - b.validation.loss ||
      a.fold - b.fold,
  )[0]!.fold;
