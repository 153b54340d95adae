import type { RecordedEvent } from './events.ts';
import { eventSchema } from './events-schema.ts';
import { parseSubject, subjectOf } from './subjects.ts';

/** An event on its way over NATS. */
export interface EventMessage {
  readonly subject: string;
  /** The line of `events.ndjson`, without its line break. */
  readonly payload: string;
  /** The same for the same event, however often it is sent: "<run>:<sequence>". */
  readonly id: string;
}

/** Puts an event into a message. @throws RangeError for ids that make no subject */
export function toMessage(event: RecordedEvent): EventMessage {
  return {
    subject: subjectOf(event),
    payload: JSON.stringify(event),
    id: `${event.run}:${event.sequence}`,
  };
}

/** Far above what any event needs; more is not even read. */
export const MOST_EVENT_BYTES = 65_536;

export type ReadMessage =
  | {
      readonly kind: 'event';
      readonly event: RecordedEvent;
    }
  | {
      readonly kind: 'refused';
      /** Our own words, without anything of the message. */
      readonly why: string;
    };

/** Reads what came from NATS, where anybody may have written it; keys not known here are left out. */
export function readMessage(subject: string, data: Uint8Array): ReadMessage {
  const refused = (why: string): ReadMessage => ({ kind: 'refused', why });
  const place = parseSubject(subject);
  if (!place) return refused('its subject is none of an event');
  if (data.byteLength > MOST_EVENT_BYTES) return refused(`it has ${data.byteLength} bytes`);
  const json = readJson(data);
  if (json === undefined) return refused('it is no JSON');
  const { success, data: known } = eventSchema.safeParse(json);
  if (!success) return refused('it is no event that this version knows');
  const event = inOrderOf(json as object, known);
  const fold = event.type.startsWith('fold.') && 'fold' in event ? event.fold : undefined;
  if (event.run !== place.run || event.type !== place.type || fold !== place.fold) {
    return refused('its subject and its content disagree');
  }
  return { kind: 'event', event };
}

/** Zod has an order of its own; with that of the message, the event gives the same line again. */
function inOrderOf(json: object, known: RecordedEvent): RecordedEvent {
  const keys = Object.keys(json).filter((key) => Object.hasOwn(known, key));
  const entries = keys.map((key) => [key, known[key as keyof RecordedEvent]]);
  return Object.fromEntries(entries) as RecordedEvent;
}

function readJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    return undefined;
  }
}
