import { readMessage } from '../../shared/event-message.ts';
import type { RunId } from '../../shared/domain.ts';
import type { Feed, NatsLink, NatsMessage } from '../../shared/nats/link.ts';
import { ALL_EVENTS, ALL_STARTS, eventsOf } from '../../shared/subjects.ts';

export interface Listening {
  /** The run to listen to; without one, that which started last, or else starts next. */
  readonly run: RunId | undefined;
  readonly say: (line: string) => void;
}

/** All that is published on a run, from its beginning where the server keeps it; ends with the link. */
export async function* runMessages(
  link: NatsLink,
  { run, say }: Listening,
): AsyncGenerator<NatsMessage> {
  if (run !== undefined) {
    const feed = await link.follow(eventsOf(run));
    sayHistory(feed, link, say);
    if (feed.backlog === 0) say(`nothing is known of run ${run} yet; waiting for it`);
    yield* feed.messages;
    return;
  }
  const starts = await link.follow(ALL_STARTS);
  if (starts.history !== 'kept') {
    // Whatever comes first says which run it is.
    sayHistory(starts, link, say);
    say('waiting for something to happen');
    yield* (await link.follow(ALL_EVENTS)).messages;
    return;
  }
  const last = await lastStarted(starts, say);
  if (last === undefined) return;
  say(`watching run ${last}`);
  yield* (await link.follow(eventsOf(last))).messages;
}

async function lastStarted(
  { messages, backlog }: Feed,
  say: Listening['say'],
): Promise<RunId | undefined> {
  let last: RunId | undefined;
  let seen = 0;
  if (backlog === 0) say('no run has started yet; waiting for one');
  for await (const { subject, data } of messages) {
    seen += 1;
    const read = readMessage(subject, data);
    if (read.kind === 'event') last = read.event.run;
    if (seen >= backlog && last !== undefined) return last;
  }
  return undefined;
}

function sayHistory(
  { history, why = '' }: Feed,
  { server }: NatsLink,
  say: Listening['say'],
): void {
  if (history !== 'none') return;
  say(`NATS at ${server} keeps no history (${why}): what happens from now on is shown`);
}
