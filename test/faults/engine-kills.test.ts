import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { ensureEngine } from '../../worker/engine/ensure.ts';
import { drawStrikes, strikeAll, type Victim } from './strikes.ts';
import { makeData, resultOf, withWorld } from './world.ts';

/** FAULTS_ENGINE_RUNS says how many kill runs train with TensorFlow; CI makes one. */
const RUNS = Number(process.env['FAULTS_ENGINE_RUNS'] ?? 1);
const SIZE = { folds: 3, epochs: 3, workers: 2, isReal: true, flags: ['--batch-size', '32'] };
const VICTIMS: readonly Victim[] = ['coordinator', 'worker', 'trainer'];

let data = '';
let undisturbed: unknown;

test.before(async () => {
  await ensureEngine({ onProgress: () => undefined });
  data = await mkdtemp(path.join(tmpdir(), 'foldwise-faults-data-'));
  await makeData(data, 28);
  undisturbed = await withWorld(data, SIZE, async (world) => {
    const code = await world.finished;
    if (code !== 0) throw new Error(`exit ${code}: ${world.words.join('')}`);
    return resultOf(world.outDir);
  });
});
test.after.always(() => rm(data, { recursive: true, force: true }));

for (let seed = 1; seed <= RUNS; seed += 1) {
  test.serial(
    `training with TensorFlow, killed, ends with the same weights (${seed})`,
    async (t) => {
      t.timeout(300_000);
      const strikes = drawStrikes(seed, { victims: VICTIMS, count: 4, events: 14 });
      await withWorld(data, SIZE, async (world) => {
        const done = strikeAll(world, strikes);
        t.is(await world.finished, 0, world.words.join(''));
        t.log(`${done.join(', ')}; ${world.lives()} lives of the coordinator`);
        t.true(done.length > 0);
        t.deepEqual(await resultOf(world.outDir), undisturbed);
      });
    },
  );
}
