import type { Fact } from './record.ts';

/**
 * Holds new facts against the sequence they continue.
 *
 * @param last - the sequence of the last fact there is; 0 for none
 * @returns the sequence of the last of them
 * @throws RangeError, for whoever writes must count right
 */
export function continuedSequence(last: number, facts: readonly Fact[]): number {
  return facts.reduce((previous, { event: { sequence } }) => {
    if (sequence === previous + 1) return sequence;
    throw new RangeError(`fact ${sequence} follows fact ${previous}: expected ${previous + 1}`);
  }, last);
}

/**
 * The new place of the cursor of delivery, which never goes back.
 *
 * @throws RangeError where it would overtake the facts
 */
export function movedCursor(from: number, to: number, last: number): number {
  if (to > last) throw new RangeError(`event ${to} cannot be delivered: the last fact is ${last}`);
  return Math.max(from, to);
}
