/**
 * Loaded before a program (NODE_OPTIONS=--import …): its wall clock jumps to and fro by the hours of
 * FAULTS_JUMPS, one after the other, a new one every 300 ms. What runs on the monotonic clock does
 * not notice: timers, leases, deadlines of the network.
 */
const hours = (process.env['FAULTS_JUMPS'] ?? '').split(',').map(Number);
const RealDate = Date;
const begin = performance.now();

/** In milliseconds, how wrong the clock is now. */
function wrongBy() {
  const jump = Math.floor((performance.now() - begin) / 300);
  return (hours[jump % hours.length] ?? 0) * 3_600_000;
}

class JumpingDate extends RealDate {
  /** @param {...unknown} args - as of Date */
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + wrongBy());
    else super(.../** @type {[number]} */ (args));
  }

  static now() {
    return RealDate.now() + wrongBy();
  }
}

globalThis.Date = /** @type {DateConstructor} */ (/** @type {unknown} */ (JumpingDate));
