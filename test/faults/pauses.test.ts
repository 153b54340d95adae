import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { IS_FULL, makeSetting } from './setting.ts';
import { holdSecondAttempt, stop, trainingOf } from './second-attempt.ts';
import { ofType, untilEvent, untilLine, type WorldEvent, workerOf } from './watching.ts';
import { resultOf, withWorld, type World, type WorldOptions } from './world.ts';

const LEASE_MS = 2_500;
/** So short that what the lease clock counts of a pause has to be less than elsewhere. */
const SHORT_LEASE_MS = 1_500;
const leaseOf = (leaseMs: number) => ({ flags: ['--lease-ms', String(leaseMs)] });
const SIZE = {
  ...{ folds: 5, epochs: 4, workers: 2, ...leaseOf(LEASE_MS) },
  workerEnv: { FAULTS_EPOCH_MS: '400' },
};

const setting = makeSetting({ ...SIZE, workers: 1, workerEnv: {} });

/** Stops processes, at least for twice the lease, by which all that they promised is over. */
async function pause<T>(
  t: ExecutionContext,
  pids: readonly number[],
  until: Promise<T>,
  leaseMs = LEASE_MS,
): Promise<T> {
  const goOn = stop(pids);
  t.teardown(goOn);
  const [result] = await Promise.all([until, delay(2 * leaseMs)]);
  goOn();
  return result;
}

/** Runs a world in which each fold is accepted once, with the undisturbed run's result. */
async function endsWell(
  t: ExecutionContext,
  options: Partial<WorldOptions>,
  disturb: (world: World, events: readonly WorldEvent[]) => Promise<void>,
): Promise<void> {
  t.timeout(300_000);
  await withWorld(setting.data, { ...SIZE, ...options }, async (world) => {
    const events: WorldEvent[] = [];
    world.onEvent((event) => events.push(event));
    await disturb(world, events);
    t.is(await world.finished, 0, world.words.join(''));
    t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
    const completed = ofType(events, 'fold.completed').map(({ fold }) => fold);
    t.deepEqual(completed.sort(), [0, 1, 2, 3, 4], 'each fold is accepted once');
  });
}

/** A worker that wakes to find its fold with another one. */
async function wakesLate(
  t: ExecutionContext,
  { isWithTraining }: { readonly isWithTraining: boolean },
): Promise<void> {
  // With checkpoints a training waits for its parent, and does not come to an end alone.
  const options = isWithTraining ? {} : { flags: ['--checkpoint-epochs', '0'] };
  await endsWell(t, options, async (world, events) => {
    const begun = await untilEvent(world, ({ type }) => type === 'fold.epoch');
    const { fold, attempt, worker } = begun;
    const index = workerOf(world, begun);
    const { pid = 0 } = world.workers[index]!();
    const pids = [pid, ...(isWithTraining ? await trainingOf(pid) : [])];
    const refused = isWithTraining
      ? untilLine(world, index, /stopping fold|is not live|(joined|back in) run/)
      : untilLine(world, 'coordinator', /model of an attempt that is not live refused/);
    const worksOn = untilEvent(world, (event) => {
      return String(event['type']).endsWith('started') && event['worker'] === worker;
    });
    // Until another worker has the fold, and holds it.
    const release = await pause(t, pids, holdSecondAttempt(world, fold));
    t.teardown(release);
    const before = events.length;
    await refused;
    release();
    await worksOn;
    t.like(ofType(events, 'fold.lost')[0], { fold, attempt, worker, cause: 'preempted' });
    const later = events.slice(before);
    const harm = later.filter((event) => event['fold'] === fold && event['attempt'] === attempt);
    t.deepEqual(harm, [], 'nothing of the lost attempt counts');
  });
}

test('a worker paused with its training for twice its lease has lost it, and works on', (t) =>
  wakesLate(t, { isWithTraining: true }));

if (IS_FULL)
  test('a worker paused while its training comes to an end is refused its result, and works on', (t) =>
    wakesLate(t, { isWithTraining: false }));

test('a coordinator paused for twice the lease gives nobody up, whether its worker slept too or not', async (t) => {
  const options = { workers: 1, ...leaseOf(SHORT_LEASE_MS), workerEnv: { FAULTS_EPOCH_MS: '200' } };
  await endsWell(t, options, async (world, events) => {
    const isEpoch = ({ type }: WorldEvent) => type === 'fold.epoch';
    const coordinator = world.coordinator().pid ?? 0;
    await untilEvent(world, isEpoch);
    await pause(t, [coordinator], Promise.resolve(), SHORT_LEASE_MS);
    await untilEvent(world, isEpoch);
    // As a machine that is suspended: no heartbeat waits for the coordinator when it wakes.
    const worker = world.workers[0]!().pid ?? 0;
    const machine = [worker, ...(await trainingOf(worker)), coordinator];
    await pause(t, machine.toReversed(), Promise.resolve(), SHORT_LEASE_MS);
    await world.finished;
    t.is(world.lives(), 1);
    for (const type of ['fold.lost', 'run.worker-left']) t.deepEqual(ofType(events, type), []);
  });
});
