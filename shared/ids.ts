/** Names that are checked once, and cannot be taken for each other. Pure. */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Names a run; matches {@link ID_PATTERN}. */
export type RunId = Branded<string, 'RunId'>;
/** Names one session of a worker with a coordinator; matches {@link ID_PATTERN}. */
export type WorkerId = Branded<string, 'WorkerId'>;
/** SHA-256 as 64 lower-case hexadecimal digits. */
export type Digest = Branded<string, 'Digest'>;

/** What ids of runs and workers look like: safe as a file name and as a NATS subject token. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9_-]{0,62}$/;
export const DIGEST_PATTERN = /^[0-9a-f]{64}$/;

export const asRunId = (text: string): RunId => checked(text, ID_PATTERN, 'run id') as RunId;
export const asWorkerId = (text: string): WorkerId =>
  checked(text, ID_PATTERN, 'worker id') as WorkerId;
export const asDigest = (text: string): Digest => checked(text, DIGEST_PATTERN, 'digest') as Digest;

function checked(text: string, pattern: RegExp, what: string): string {
  if (!pattern.test(text)) throw new RangeError(`${what} must match ${pattern}, got "${text}"`);
  return text;
}
