import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Printable and without blanks, so that it can travel as a header; short ones can be guessed. */
export const TOKEN_PATTERN = /^[\x21-\x7e]{16,512}$/;

const SCHEME = 'Bearer ';

/** A new token: 32 random bytes as base64url. */
export const createToken = (): string => randomBytes(32).toString('base64url');

/** The `authorization` header of a call that shows a token. */
export const authorizationOf = (token: string): string => `${SCHEME}${token}`;

/**
 * Makes a check whether headers show a token. It takes the same time for every wrong one: what is
 * compared are hashes, which are of one length and tell nothing about how much of a guess was right.
 *
 * @returns false also where there is no such header, or more than one
 */
export function createTokenCheck(
  token: string,
): (authorization: readonly (string | Buffer)[]) => boolean {
  const expected = digestOf(token);
  return ([header, ...more]) => {
    const isBearer = typeof header === 'string' && header.startsWith(SCHEME) && more.length === 0;
    const shown = digestOf(isBearer ? header.slice(SCHEME.length) : '');
    return timingSafeEqual(expected, shown) && isBearer;
  };
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
