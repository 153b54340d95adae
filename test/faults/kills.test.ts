import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { createRandom } from '../../shared/random.ts';
import { childrenOf, makeData, resultOf, withWorld, type World } from './world.ts';

/** FAULTS_RUNS says how many kill runs; CI makes a part of them. */
const RUNS = Number(process.env['FAULTS_RUNS'] ?? 4);
const SIZE = { folds: 4, epochs: 4, workers: 2 };
const VICTIMS = ['coordinator', 'worker', 'trainer'] as const;

let data = '';
let undisturbed: unknown;

test.before(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'foldwise-faults-data-'));
  await makeData(data);
  undisturbed = await withWorld(data, SIZE, async (world) => {
    const code = await world.finished;
    if (code !== 0) throw new Error(`exit ${code}: ${world.words.join('')}`);
    return resultOf(world.outDir);
  });
});
test.after.always(() => rm(data, { recursive: true, force: true }));

async function strike(world: World, victim: (typeof VICTIMS)[number], which: number) {
  const worker = world.workers[which % world.workers.length]!();
  if (victim === 'coordinator') return void world.coordinator().kill('SIGKILL');
  if (victim === 'worker') return void worker.kill('SIGKILL');
  for (const pid of await childrenOf(worker.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

/** Events of the record, each of which must be there once, in order. */
async function eventsOf(outDir: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path.join(outDir, 'events.ndjson'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

for (let seed = 1; seed <= RUNS; seed += 1) {
  test.serial(`run ${seed} of killed processes ends as the undisturbed one`, async (t) => {
    t.timeout(180_000);
    const random = createRandom(seed, 'synthetic');
    const draw = (below: number): number => random.nextUint32() % below;
    const strikes = Array.from({ length: 5 }, () => ({
      after: 2 + draw(25),
      victim: VICTIMS[draw(VICTIMS.length)]!,
      which: draw(SIZE.workers),
    })).sort((a, b) => a.after - b.after);
    await withWorld(data, SIZE, async (world) => {
      let seen = 0;
      const done: string[] = [];
      world.onEvent(({ type }) => {
        if (type === 'run.finished') return;
        seen += 1;
        while (strikes[0] && strikes[0].after <= seen) {
          const { victim, which } = strikes.shift()!;
          done.push(`${victim} after ${String(type)}`);
          void strike(world, victim, which);
        }
      });
      t.is(await world.finished, 0, world.words.join(''));
      t.log(`${done.join(', ')}; ${world.lives()} lives of the coordinator`);
      t.deepEqual(await resultOf(world.outDir), undisturbed);
      const events = await eventsOf(world.outDir);
      t.deepEqual(
        events.map(({ sequence }) => sequence),
        events.map((_, index) => index + 1),
      );
      const completed = events.filter(({ type }) => type === 'fold.completed');
      t.deepEqual(completed.map(({ fold }) => fold).sort(), [0, 1, 2, 3], 'each fold once');
    });
  });
}
