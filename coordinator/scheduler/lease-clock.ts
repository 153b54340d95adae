/** The clock of leases. It only moves on while this process can listen to workers. */
export interface LeaseClock {
  readonly nowMs: () => number;
  /** To be called every so often; between two calls no more than the longest step passes. */
  readonly tick: () => void;
}

/**
 * A coordinator that was stopped for a while, or whose disk made it wait, finds heartbeats that came
 * in the meantime only after its timers: by any other clock it would give up workers that are well.
 *
 * @param monotonicMs - never goes back, and does not follow the time of day
 * @param longestStepMs - what may pass between two ticks; more than their interval
 */
export function createLeaseClock(monotonicMs: () => number, longestStepMs: number): LeaseClock {
  let passedMs = 0;
  let lastMs = monotonicMs();
  const sinceMs = (): number => Math.min(monotonicMs() - lastMs, longestStepMs);
  return {
    nowMs: () => passedMs + sinceMs(),
    tick: () => {
      passedMs += sinceMs();
      lastMs = monotonicMs();
    },
  };
}
