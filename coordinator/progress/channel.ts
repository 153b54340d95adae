import { setTimeout } from 'node:timers/promises';
import type { EventMessage } from '../../shared/event-message.ts';
import type { NatsLink, StreamSettings } from '../../shared/nats/link.ts';
import { ALL_EVENTS } from '../../shared/subjects.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Where all events of all runs are kept for those who come late. */
export const EVENT_STREAM: StreamSettings = {
  name: 'FOLDWISE',
  description: 'Progress of Foldwise runs; the record is events.ndjson',
  subject: ALL_EVENTS,
  maxAgeMs: 30 * DAY_MS,
  maxBytes: 128 * 2 ** 20,
  duplicateWindowMs: HOUR_MS,
};

/** A connection, with what is known of the server at its other end. */
export interface Channel {
  readonly link: NatsLink;
  /** Resolves once the server has the message: in its stream, or on its way to who listens. */
  readonly put: (message: EventMessage) => Promise<void>;
  /** Waits until all who read the stream have been sent all of it, but no longer than this. */
  readonly settle: (deadlineMs: number) => Promise<void>;
}

/** Opens a channel over a new connection, and makes the stream where there is none. */
export async function openChannel(
  link: NatsLink,
  onWithoutHistory: (why: string) => void,
): Promise<Channel> {
  const keep = async (): Promise<boolean> => {
    const refusal = await link.ensureStream(EVENT_STREAM);
    if (refusal) onWithoutHistory(refusal.why);
    return refusal === undefined;
  };
  // Without a stream, a message that asks to be stored may find none to say no.
  let isKept = await keep();
  return {
    link,
    put: async ({ subject, payload, id }) => {
      if (isKept && (await link.store(subject, payload, id))) return;
      // Somebody has removed it.
      if (isKept) isKept = await keep();
      if (isKept && (await link.store(subject, payload, id))) return;
      await link.publish(subject, payload, id);
    },
    settle: async (deadlineMs) => {
      if (isKept) await untilDelivered(link, deadlineMs);
    },
  };
}

async function untilDelivered(link: NatsLink, deadlineMs: number): Promise<void> {
  const timeUp = AbortSignal.timeout(deadlineMs);
  const look = async (): Promise<void> => {
    while (!timeUp.aborted && !(await link.hasDelivered(EVENT_STREAM.name))) await setTimeout(20);
  };
  const late = setTimeout(deadlineMs, undefined, { ref: false });
  await Promise.race([look().catch(() => undefined), late]);
}
