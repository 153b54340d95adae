import { createHash } from 'node:crypto';

/** One fact as its row: JSON, as text or as the bytes of it. */
export interface FactRow<Json = string> {
  readonly sequence: number;
  readonly event: Json;
  readonly result: Json | null;
}

/**
 * The beginning of the chain: SHA-256 of the header.
 *
 * @param json - the header as text, or the bytes of it
 */
export const headerHash = (json: string | Buffer): string =>
  createHash('sha256').update('foldwise record\n').update(json).digest('hex');

/**
 * The hash of a fact, which goes over the hash before it: so each hash stands for all that came
 * before, and what is changed, missing or moved breaks the chain where it is.
 *
 * @param previous - of the fact before, or of the header
 */
export function factHash(previous: string, row: FactRow<string | Buffer>): string {
  const { sequence, event, result } = row;
  // The length keeps apart where the event ends and the result begins.
  const hash = createHash('sha256')
    .update(`${previous}\n${sequence} ${Buffer.byteLength(event)}\n`)
    .update(event);
  return (result === null ? hash : hash.update('\n').update(result)).digest('hex');
}
