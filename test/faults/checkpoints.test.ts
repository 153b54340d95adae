import test from 'ava';
import { IS_FULL, makeSetting } from './setting.ts';
import { drawStrikes, strikeAll } from './strikes.ts';
import { eventLinesOf, resultOf, withWorld } from './world.ts';

const RUNS = IS_FULL ? 20 : 1;
/** An epoch takes less than its checkpoint needs to be stored. */
const SIZE = { folds: 3, epochs: 30, workers: 2, workerEnv: { FAULTS_EPOCH_MS: '1' } };

const setting = makeSetting(SIZE);

interface FoldEvent {
  readonly type: string;
  readonly fold: number;
  readonly epoch: number;
  readonly fromEpoch?: number;
}

for (let seed = 1; seed <= RUNS; seed += 1) {
  test.serial(
    `a lost worker costs at most one interval between checkpoints (${seed})`,
    async (t) => {
      t.timeout(300_000);
      const victims = ['worker', 'trainer'] as const;
      const strikes = drawStrikes(seed, { victims, count: 4, events: 150 });
      await withWorld(setting.data, SIZE, async (world) => {
        const done = strikeAll(world, strikes);
        t.is(await world.finished, 0, world.words.join(''));
        t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
        const events = (await eventLinesOf(world.outDir)).map(
          (line) => JSON.parse(line) as FoldEvent,
        );
        const told = new Map<number, number>();
        let lost = 0;
        for (const { type, fold, epoch, fromEpoch = 0 } of events) {
          if (type === 'fold.epoch') told.set(fold, epoch);
          if (type !== 'fold.started') continue;
          const before = told.get(fold) ?? 0;
          t.true(
            before - fromEpoch <= 1,
            `fold ${fold} was at ${before}, went on from ${fromEpoch}`,
          );
          lost += before - fromEpoch;
        }
        t.log(`${done.join(', ')}; ${lost} epochs were trained again`);
      });
    },
  );
}
