import type { RecordedEvent } from '../../shared/events.ts';

/** Events on their way to NATS. Whoever sends neither waits nor fails. */
export interface Outbox {
  readonly send: (event: RecordedEvent) => void;
  /**
   * Gives what is left this long, then gives up.
   *
   * @returns how many events were not delivered, of all that were sent
   */
  readonly drain: (deadlineMs: number) => Promise<number>;
}

/**
 * Delivers one event, however long it takes; false where it never can be. Rejects only when the
 * signal is aborted.
 */
export type Deliver = (event: RecordedEvent, signal: AbortSignal) => Promise<boolean>;

/**
 * Opens an outbox: one event at a time, in order, each until it is delivered. What waits is kept in
 * memory, some hundred bytes an event; what lasts is the record of the run.
 *
 * @param onDelivered - told of each event that is delivered or never can be: the next run of this
 *   program goes on behind it
 */
export function openOutbox(
  deliver: Deliver,
  onDelivered: (event: RecordedEvent) => Promise<void> = () => Promise.resolve(),
): Outbox {
  const waiting = createQueue<RecordedEvent>();
  const giveUp = new AbortController();
  let undeliverable = 0;
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    for (let next = waiting.first(); next !== undefined; next = waiting.first()) {
      if (!(await deliver(next, giveUp.signal))) undeliverable += 1;
      await onDelivered(next);
      waiting.dropFirst();
    }
  };
  const start = (): void => {
    working ??= work()
      // It was told to give up; what waits is counted.
      .catch(() => giveUp.abort())
      .finally(() => (working = undefined));
  };
  return {
    send: (event) => {
      waiting.add(event);
      if (!giveUp.signal.aborted) start();
    },
    drain: async (deadlineMs) => {
      let timer: NodeJS.Timeout | undefined;
      const timeUp = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
      });
      await Promise.race([working, timeUp]);
      clearTimeout(timer);
      giveUp.abort(new Error('the run is over'));
      return waiting.size() + undeliverable;
    },
  };
}

/** First in, first out; an array alone would move all that waits at each step. */
function createQueue<Item>() {
  let items: Item[] = [];
  let head = 0;
  return {
    add: (item: Item): void => void items.push(item),
    first: (): Item | undefined => items[head],
    size: (): number => items.length - head,
    dropFirst: (): void => {
      head += 1;
      if (head < 1000 && head < items.length) return;
      items = items.slice(head);
      head = 0;
    },
  };
}
