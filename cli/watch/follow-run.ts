import { setTimeout } from 'node:timers/promises';
import { readMessage } from '../../shared/event-message.ts';
import type { RunId } from '../../shared/domain.ts';
import { isEnding, type RunEnding } from '../../shared/events.ts';
import type { NatsLink, NatsMessage } from '../../shared/nats/link.ts';
import { NatsProblem } from '../../shared/nats/problem.ts';
import { runMessages } from './run-messages.ts';
import { createStory, type Story } from './story.ts';
import type { Viewer } from './viewer.ts';

export interface FollowOptions {
  readonly connect: () => Promise<NatsLink>;
  readonly run: RunId | undefined;
  readonly viewer: Viewer;
  readonly signal: AbortSignal;
}

const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Shows a run to its end, over as many connections as it takes; with each, the story begins anew
 * where the server keeps it, and what was shown already is passed over.
 *
 * @throws FoldwiseError where the server does not let us in; the reason of the signal
 */
export async function followRun(options: FollowOptions): Promise<RunEnding> {
  const { connect, viewer, signal } = options;
  const story = createStory(options.run);
  const show = createShow(story, viewer);
  const sayOnce = once(viewer.say);
  let pauseMs = SHORTEST_PAUSE_MS;
  let isLossTold = false;
  for (;;) {
    const link = await connect();
    const hangUp = (): void => void link.close();
    signal.addEventListener('abort', hangUp);
    try {
      for await (const message of runMessages(link, { run: story.run(), say: sayOnce })) {
        const ending = show(message);
        if (ending) return ending;
        [pauseMs, isLossTold] = [SHORTEST_PAUSE_MS, false];
      }
    } catch (error) {
      if (!(error instanceof NatsProblem)) throw error;
    } finally {
      signal.removeEventListener('abort', hangUp);
      await link.close();
    }
    signal.throwIfAborted();
    if (!isLossTold) viewer.say('the connection to NATS was lost; trying again and again');
    isLossTold = true;
    await setTimeout(pauseMs, undefined, { signal });
    pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
  }
}

/** What is true of the server is said at the first connection, not at each. */
function once(say: Viewer['say']): Viewer['say'] {
  const said = new Set<string>();
  return (line) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
}

/** Shows one message, if it belongs to the story; gives the ending when it is that. */
function createShow(story: Story, viewer: Viewer): (message: NatsMessage) => RunEnding | undefined {
  let isRefusalTold = false;
  return ({ subject, data }) => {
    const read = readMessage(subject, data);
    if (read.kind === 'refused') {
      const line = `warning: a message was skipped: ${read.why}; others like it are, too`;
      if (!isRefusalTold) viewer.say(line);
      isRefusalTold = true;
      return undefined;
    }
    const heard = story.hear(read.event);
    if (heard.kind === 'old') return undefined;
    if (heard.missing) viewer.say(missingLine(heard.missing));
    viewer.event(read.event);
    return isEnding(read.event) ? read.event : undefined;
  };
}

function missingLine([first, last]: readonly [number, number]): string {
  const which = first === last ? `event ${first} is` : `events ${first} to ${last} are`;
  return `warning: ${which} missing; events.ndjson of the run has all`;
}
