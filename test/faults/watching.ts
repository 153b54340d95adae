import { resultOf, type World, type WorldOptions, withWorld } from './world.ts';

/** Watching what a world does. */

export type WorldEvent = Readonly<Record<string, unknown>>;

/** The next event that is as wanted. */
export function untilEvent(
  world: World,
  isWanted: (event: WorldEvent) => boolean,
): Promise<WorldEvent> {
  return beforeEnd(world, (found) => {
    world.onEvent((event) => {
      if (isWanted(event)) found(event);
    });
  });
}

/** When the next line of that kind is said, by the monotonic clock: by a worker, or the coordinator. */
export function untilLine(
  world: World,
  from: number | 'coordinator',
  pattern: RegExp,
): Promise<number> {
  return beforeEnd(world, (found) => {
    world.onLine((line, speaker) => {
      if (speaker === from && pattern.test(line)) found(performance.now());
    });
  });
}

function beforeEnd<T>(world: World, listen: (found: (what: T) => void) => void): Promise<T> {
  const found = new Promise<T>((resolve, reject) => {
    listen(resolve);
    void world.finished.then((code) => {
      // What it said last may still be on its way.
      setTimeout(() => {
        reject(new Error(`the run ended (${code}) before that came: ${world.words.join('')}`));
      }, 1_000);
    });
  });
  // Who waits for it later is told then.
  found.catch(() => undefined);
  return found;
}

/** The index of the worker that an event is about: its name ends with its process. */
export function workerOf(world: World, { worker }: WorldEvent): number {
  return world.workers.findIndex((process) =>
    new RegExp(`-${process().pid}(-|$)`).test(String(worker)),
  );
}

/** The events of a type among all that were told. */
export const ofType = (events: readonly WorldEvent[], type: string): WorldEvent[] =>
  events.filter((event) => event['type'] === type);

/** What a run ends with when nobody does anything to it. */
export function undisturbedResult(data: string, options: WorldOptions): Promise<unknown> {
  const result = withWorld(data, options, async (world) => {
    const code = await world.finished;
    if (code !== 0) throw new Error(`exit ${code}: ${world.words.join('')}`);
    return resultOf(world.outDir);
  });
  // Who waits for it later is told then.
  result.catch(() => undefined);
  return result;
}
