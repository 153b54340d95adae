import type { Clock } from './clock.ts';

/** Who was heard of when: whether a lease may have been over. */
export interface Silences {
  readonly heard: (worker: string) => void;
  /** A coordinator has started: every lease has a new term. */
  readonly born: () => void;
  /** What is recorded now may have been decided a good while ago. */
  readonly troubled: () => void;
  readonly wasSilent: (worker: string, time: string) => boolean;
}

/** So much may pass between a decision and the time of its fact. */
const SLACK_MS = 100;
const TROUBLE_MS = 10_000;

export function createSilences(clock: Clock, leaseMs: number): Silences {
  const heard = new Map<string, number[]>();
  let bornMs = 0;
  let troubledMs = -TROUBLE_MS;
  return {
    heard: (worker) => {
      const times = heard.get(worker) ?? [];
      times.push(clock.nowMs());
      heard.set(worker, times);
    },
    born: () => (bornMs = clock.nowMs()),
    troubled: () => (troubledMs = clock.nowMs()),
    wasSilent: (worker, time) => {
      const atMs = Date.parse(time) - Date.UTC(2026, 0, 1);
      if (atMs < troubledMs + TROUBLE_MS) return true;
      const lastMs = (heard.get(worker) ?? []).findLast((ms) => ms <= atMs - SLACK_MS) ?? 0;
      // Facts are read when the disk has them, a moment later, or after a restart.
      const since = bornMs <= atMs ? Math.max(lastMs, bornMs) : lastMs;
      return atMs - since >= leaseMs - 2;
    },
  };
}
