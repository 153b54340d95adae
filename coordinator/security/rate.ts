/** How many messages a peer may send: so many a second in the long run, so many at once. Pure. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** A worker sends a heartbeat every few seconds, and an epoch seldom more than ten times a second. */
export const SESSION_RATE: RateLimit = { perSecond: 200, burst: 1000 };

/** What is left of a peer's allowance at a moment of the monotonic clock: a token bucket. */
export interface Allowance {
  readonly left: number;
  readonly atMs: number;
}

export const fullAllowance = ({ burst }: RateLimit, nowMs: number): Allowance => ({
  left: burst,
  atMs: nowMs,
});

/**
 * Takes one message from an allowance, which fills up again with time.
 *
 * @returns what is left; null where the peer has sent too many
 */
export function spend(
  { left, atMs }: Allowance,
  { perSecond, burst }: RateLimit,
  nowMs: number,
): Allowance | null {
  // A clock that stands or goes back gives nothing.
  const elapsedMs = Math.max(0, nowMs - atMs);
  const refilled = Math.min(burst, left + (elapsedMs / 1000) * perSecond);
  return refilled < 1 ? null : { left: refilled - 1, atMs: Math.max(atMs, nowMs) };
}
