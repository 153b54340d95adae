interface Queued<Item> {
  readonly item: Item;
  readonly settle: (isDone: boolean) => void;
}

/**
 * Queues items and takes all that wait together, one batch after the other.
 *
 * @param take - never rejects; tells whether all that follows from the batch is done
 * @returns queues an item, and tells what became of its batch
 */
export function inBatches<Item>(
  take: (batch: readonly Item[]) => Promise<boolean>,
): (item: Item) => Promise<boolean> {
  let queue: Queued<Item>[] = [];
  let isWorking = false;
  const work = async (): Promise<void> => {
    isWorking = true;
    // What comes in the same turn of the event loop goes into the same batch.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      const isDone = await take(batch.map(({ item }) => item));
      for (const { settle } of batch) settle(isDone);
    }
    isWorking = false;
  };
  return (item) =>
    new Promise((settle) => {
      queue.push({ item, settle });
      if (!isWorking) void work();
    });
}
