import type { Session } from '../session.ts';
import { type Side } from '../side.ts';
import { contestant, warmUp } from './contestants.ts';
import { rateOf } from '../session.ts';
import { openFoldwise } from './open-sides.ts';

const WORKERS = 2;

/**
 * Two workers of one thread each against one of two, on the same cores, in images a second of all.
 * With four folds either way keeps every core busy to the end, so the speed is all that differs.
 */
export async function measureWorkers(session: Session): Promise<void> {
  const { measured, step, images, batchSize } = session;
  const ours: number[] = [];
  const other: number[] = [];
  const work = { do: 'train', mode: step, images, batch: batchSize } as const;
  const sides: Side[] = [];
  const open = async (threads: number): Promise<Side> => {
    const side = await openFoldwise(session, threads);
    sides.push(side);
    await warmUp(session, contestant(side.name, side, step, ['train']));
    return side;
  };
  try {
    const one = await open(WORKERS);
    const pair = [await open(1), await open(1)];
    for (let repeat = 1; repeat <= session.repeats; repeat += 1) {
      other.push(await rateOf(one, work));
      const rates = await Promise.all(pair.map((side) => rateOf(side, work)));
      ours.push(rates.length * Math.min(...rates));
      session.say(
        `  two workers, repeat ${repeat}: ${ours.at(-1)?.toFixed(0)} against ` +
          `${other.at(-1)?.toFixed(0)} images/s`,
      );
    }
    measured.twoWorkers = { ours, other };
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}
