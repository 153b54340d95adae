import { asError } from '../../shared/errors.ts';
import { type Session, secondsOf, type Work } from '../session.ts';
import type { Side } from '../side.ts';

/** One way to train or predict, with what it was measured at. */
export interface Contestant {
  readonly name: string;
  readonly side: Side;
  readonly mode: string;
  readonly tasks: readonly Work['do'][];
  /** Images a second, repeat after repeat. */
  readonly rates: Readonly<Record<Work['do'], number[]>>;
}

export const contestant = (
  name: string,
  side: Side,
  mode: string,
  tasks: readonly Work['do'][],
): Contestant => ({ name, side, mode, tasks, rates: { train: [], predict: [] } });

/**
 * Two batches of each task, so that what is done once has been done.
 *
 * @returns false, with a note, where it cannot
 */
export async function warmUp(session: Session, one: Contestant): Promise<boolean> {
  session.say(`${one.name}: warming up`);
  try {
    for (const task of one.tasks) await take(session, one, task, 2 * session.batchSize);
    return true;
  } catch (error) {
    session.signal.throwIfAborted();
    session.notes.push(`${one.name} was not measured: ${asError(error).message}`);
    return false;
  }
}

/** One turn of each task. */
export async function takeTurn(session: Session, one: Contestant): Promise<void> {
  for (const task of one.tasks) {
    const rate = session.images / (await take(session, one, task, session.images));
    one.rates[task].push(rate);
    session.say(`  ${one.name}, ${task}: ${rate.toFixed(0)} images/s`);
  }
}

const take = (
  { batchSize }: Session,
  { side, mode }: Contestant,
  task: Work['do'],
  images: number,
): Promise<number> => secondsOf(side, { do: task, mode, images, batch: batchSize });
