const START_MS = 60_000;
/** Slower links get through in several tries. */
const LEAST_BYTES_PER_MS = 1024;

/** When to give up a call that moves so many bytes: a half-open connection is noticed by then. */
export function deadlineFor(sizeBytes: number, nowMs = Date.now()): number {
  return nowMs + START_MS + sizeBytes / LEAST_BYTES_PER_MS;
}
