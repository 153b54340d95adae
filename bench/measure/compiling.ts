import type { Session } from '../session.ts';
import { secondsOf } from '../session.ts';
import { openFoldwise } from './open-sides.ts';

/** More would tell little: it is the same work each time. */
const MOST_STARTS = 3;

/**
 * What a fold pays once for its compiled steps, training and prediction: in a fresh process, how
 * much longer the first batch takes than the second.
 */
export async function measureCompiling(session: Session): Promise<void> {
  const { step, batchSize, measured } = session;
  if (step !== 'compiled') return;
  const ours: number[] = [];
  for (let start = 0; start < Math.min(MOST_STARTS, session.repeats); start += 1) {
    const side = await openFoldwise(session, session.cores.length);
    try {
      let seconds = 0;
      for (const task of ['train', 'predict'] as const) {
        const batch = { do: task, mode: step, images: batchSize, batch: batchSize } as const;
        seconds += (await secondsOf(side, batch)) - (await secondsOf(side, batch));
      }
      ours.push(seconds);
    } finally {
      await side.close();
    }
  }
  session.say(`  trace and compile: ${ours.map((each) => each.toFixed(2)).join(', ')} s`);
  measured.compiling = { ours };
}
