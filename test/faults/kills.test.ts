import { natsTest, storedIn, withNatsServer } from '../helpers/with-nats-server.ts';
import { makeSetting } from './setting.ts';
import { drawStrikes, strikeAll, type Victim } from './strikes.ts';
import { eventLinesOf, resultOf, withWorld } from './world.ts';

/** FAULTS_RUNS says how many kill runs; CI makes a part of them. */
const RUNS = Number(process.env['FAULTS_RUNS'] ?? 3);
const SIZE = { folds: 4, epochs: 4, workers: 2 };
const VICTIMS: readonly Victim[] = ['coordinator', 'worker', 'trainer', 'nats-server'];

const setting = makeSetting(SIZE);

for (let seed = 1; seed <= RUNS; seed += 1) {
  natsTest(`run ${seed} of killed processes ends as the undisturbed one`, async (t) => {
    t.timeout(300_000);
    const strikes = drawStrikes(seed, { victims: VICTIMS, count: 6, events: 25 });
    await withNatsServer(async (nats) => {
      await withWorld(setting.data, { ...SIZE, nats: nats.url }, async (world) => {
        const done = strikeAll(world, strikes, nats);
        t.is(await world.finished, 0, world.words.join(''));
        t.log(`${done.join(', ')}; ${world.lives()} lives of the coordinator`);
        t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
        const lines = await eventLinesOf(world.outDir);
        const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
        t.deepEqual(
          events.map(({ sequence }) => sequence),
          events.map((_, index) => index + 1),
        );
        const completed = events.filter(({ type }) => type === 'fold.completed');
        t.deepEqual(completed.map(({ fold }) => fold).sort(), [0, 1, 2, 3], 'each fold once');
        t.deepEqual(await storedIn(nats), lines, 'every event in the stream, once, in order');
      });
    });
  });
}
