/** Simulated time, and what is to happen in it: the only source of order in a simulation. */
export interface Clock {
  readonly nowMs: () => number;
  readonly after: (delayMs: number, action: () => void) => void;
  /** @returns once so much time has passed */
  readonly sleep: (delayMs: number) => Promise<void>;
  /** Goes on to what is next; false where nothing is. */
  readonly advance: () => boolean;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
}

const isBefore = (a: Entry, b: Entry): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

export function createClock(): Clock {
  const heap: Entry[] = [];
  let nowMs = 0;
  let order = 0;
  const after = (delayMs: number, action: () => void): void => {
    heap.push({ atMs: nowMs + Math.max(0, delayMs), order: order++, action });
    rise(heap);
  };
  return {
    nowMs: () => nowMs,
    after,
    sleep: (delayMs) => new Promise((resolve) => after(delayMs, resolve)),
    advance: () => {
      const first = heap[0];
      if (first === undefined) return false;
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        sink(heap);
      }
      nowMs = first.atMs;
      first.action();
      return true;
    },
  };
}

function rise(heap: Entry[]): void {
  let place = heap.length - 1;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!isBefore(heap[place]!, heap[parent]!)) return;
    [heap[place], heap[parent]] = [heap[parent]!, heap[place]!];
    place = parent;
  }
}

function sink(heap: Entry[]): void {
  let place = 0;
  for (;;) {
    const left = 2 * place + 1;
    const right = left + 1;
    let least = place;
    if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
    if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right;
    if (least === place) return;
    [heap[place], heap[least]] = [heap[least]!, heap[place]!];
    place = least;
  }
}
