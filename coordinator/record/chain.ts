import { createHash } from 'node:crypto';

/** One fact as its row: texts of JSON. */
export interface FactRow {
  readonly sequence: number;
  readonly event: string;
  readonly result: string | null;
}

/**
 * The beginning of the chain: SHA-256 of the header.
 *
 * @param json - the header as text
 */
export const headerHash = (json: string): string =>
  createHash('sha256').update(`foldwise record\n${json}`).digest('hex');

/**
 * The hash of a fact, which goes over the hash before it: so each hash stands for all that came
 * before, and what is changed, missing or moved breaks the chain where it is.
 *
 * @param previous - of the fact before, or of the header
 */
export function factHash(previous: string, { sequence, event, result }: FactRow): string {
  // The length keeps apart where the event ends and the result begins.
  const hash = createHash('sha256').update(`${previous}\n${sequence} ${event.length}\n${event}\n`);
  return (result === null ? hash : hash.update(result)).digest('hex');
}
