/**
 * Does something for each item, `atOnce` of them at a time, begun in their order. The first error
 * ends it: what is under way is finished, nothing more is begun.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = queueOf(items);
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) await work(item, index);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** One generator for all lanes: a lane that leaves its loop by an error closes it for all. */
function* queueOf<Item>(items: Iterable<Item>): Generator<[number, Item]> {
  let index = 0;
  for (const item of items) yield [index++, item];
}
