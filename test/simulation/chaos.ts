import type { Weather } from './network.ts';
import type { World } from './world.ts';

/** What can go wrong, each as often as its weight says. */
type Mishap = (world: World) => void;

/** Failures of machines at a schedule in all, so that no work is exhausted by them alone. */
const MOST_FAILURES = 2;

const someone = ({ chance, workers }: World) => chance.pick(workers);

const WEATHERS: readonly Weather[] = [
  { latencyMs: 5, loss: 0, duplication: 0, reordering: 0 },
  { latencyMs: 60, loss: 0, duplication: 0, reordering: 0 },
  { latencyMs: 10, loss: 0.02, duplication: 0.02, reordering: 0.02 },
  { latencyMs: 20, loss: 0.1, duplication: 0.1, reordering: 0.1 },
  { latencyMs: 30, loss: 0.3, duplication: 0.2, reordering: 0.3 },
];

const crashWorker: Mishap = (world) => {
  const worker = someone(world);
  worker.crash(world.chance.happens(0.5));
  world.clock.after(world.chance.between(50, 3000), () => worker.start());
};

const pauseWorker: Mishap = (world) => {
  someone(world).pause(world.chance.between(100, 3 * world.options.limits.leaseMs));
};

const handBack: Mishap = (world) => {
  const worker = someone(world);
  worker.handBack();
  world.clock.after(world.chance.between(500, 3000), () => worker.start());
};

const cutConnection: Mishap = (world) => {
  const { chance } = world;
  someone(world).cut({ worker: chance.happens(0.5), coordinator: chance.happens(0.5) });
};

const killCoordinator: Mishap = (world) => world.crash(world.chance.between(10, 3000));

const doomCoordinator: Mishap = (world) => {
  world.doom = 1 + world.chance.below(12);
};

const stopCoordinator: Mishap = ({ life }) => {
  void life?.loop.dispatch({ type: 'cancelRequested', reason: 'stopped' });
};

const fillDisk: Mishap = (world) => {
  world.setFull(true);
  world.clock.after(world.chance.between(100, 2500), () => world.setFull(false));
};

const changeWeather: Mishap = (world) => {
  world.weather = world.chance.pick(WEATHERS);
};

const corruptCheckpoint: Mishap = ({ storage, chance }) => storage.corrupt(chance.below);

const slowDown: Mishap = (world) => {
  const worker = someone(world);
  worker.trait = { ...worker.trait, slowness: world.chance.pick([1, 1, 4, 15]) };
};

function failing(): Mishap {
  let left = MOST_FAILURES;
  return (world) => {
    if (left === 0) return;
    left -= 1;
    const worker = someone(world);
    worker.trait = { ...worker.trait, fails: 'infrastructure' };
  };
}

/** Lets things go wrong for a while, each schedule in its own way; then all is calm again. */
export function letLoose(world: World, untilMs: number): void {
  const { chance, clock } = world;
  const all: readonly Mishap[] = [
    ...[crashWorker, pauseWorker, handBack, cutConnection, killCoordinator, doomCoordinator],
    ...[stopCoordinator, fillDisk, changeWeather, corruptCheckpoint, slowDown, failing()],
  ];
  // Some schedules are rough in everything, some in a few things.
  const mine = all.filter(() => chance.happens(0.6));
  const everyMs = chance.pick([200, 500, 1000, 2500]);
  const next = (): void => {
    if (clock.nowMs() > untilMs) return becalm(world);
    if (mine.length > 0) chance.pick(mine)(world);
    clock.after(chance.between(0, 2 * everyMs), next);
  };
  clock.after(chance.between(0, everyMs), next);
}

/** From now on all is well, and the run has to end. */
function becalm(world: World): void {
  world.weather = WEATHERS[0]!;
  world.doom = 0;
  world.setFull(false);
  for (const worker of world.workers) {
    worker.trait = { slowness: 1, fails: null, isSmall: worker.trait.isSmall };
    worker.start();
  }
}
