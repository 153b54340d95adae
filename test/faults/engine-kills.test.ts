import test from 'ava';
import { ensureEngine } from '../../worker/engine/ensure.ts';
import { makeSetting } from './setting.ts';
import { drawStrikes, strikeAll, type Victim } from './strikes.ts';
import { resultOf, withWorld } from './world.ts';

/** FAULTS_ENGINE_RUNS says how many kill runs train with TensorFlow; CI makes one. */
const RUNS = Number(process.env['FAULTS_ENGINE_RUNS'] ?? 1);
const SIZE = { folds: 3, epochs: 3, workers: 2, isReal: true, flags: ['--batch-size', '32'] };
const VICTIMS: readonly Victim[] = ['coordinator', 'worker', 'trainer'];

test.before(() => ensureEngine({ onProgress: () => undefined }));
const setting = makeSetting(SIZE, 28);

for (let seed = 1; seed <= RUNS; seed += 1) {
  test.serial(
    `training with TensorFlow, killed, ends with the same weights (${seed})`,
    async (t) => {
      t.timeout(300_000);
      const strikes = drawStrikes(seed, { victims: VICTIMS, count: 4, events: 14 });
      await withWorld(setting.data, SIZE, async (world) => {
        const done = strikeAll(world, strikes);
        t.is(await world.finished, 0, world.words.join(''));
        t.log(`${done.join(', ')}; ${world.lives()} lives of the coordinator`);
        t.true(done.length > 0);
        t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
      });
    },
  );
}
