import test from 'ava';
import fc from 'fast-check';
import {
  MOST_EVENT_BYTES,
  readMessage,
  toMessage,
  type ReadMessage,
} from '../../shared/event-message.ts';
import { recordedEvents } from '../helpers/recorded-events.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const why = (read: ReadMessage): string => (read.kind === 'refused' ? read.why : 'accepted');

test('every event is read back from its message, and gives the same line again', (t) => {
  for (const event of recordedEvents()) {
    const { subject, payload, id } = toMessage(event);
    t.is(payload, JSON.stringify(event));
    t.is(id, `a-run:${event.sequence}`);
    const read = readMessage(subject, bytes(payload));
    t.deepEqual(read, { kind: 'event', event });
    t.is(read.kind === 'event' && JSON.stringify(read.event), payload);
  }
});

test('keys that are not known are left out', (t) => {
  const event = recordedEvents()[0]!;
  const { subject } = toMessage(event);
  const read = readMessage(subject, bytes(JSON.stringify({ more: [[[]]], ...event })));
  t.deepEqual(read, { kind: 'event', event });
});

const event = recordedEvents().find(({ type }) => type === 'fold.epoch')!;
const { subject, payload } = toMessage(event);

for (const [what, wrong, expected] of [
  ['text that is no JSON', payload.slice(1), /no JSON/],
  ['nothing', '', /no JSON/],
  ['null', 'null', /no event/],
  ['a list', '[]', /no event/],
  ['deep nesting', '['.repeat(60_000), /no JSON/],
  ['an unknown type', payload.replace('fold.epoch', 'fold.dream'), /no event/],
  ['another run', payload.replace('a-run', 'b-run'), /disagree/],
  ['another fold', payload.replace('"fold":2', '"fold":1'), /disagree/],
  ['a control character in an id', payload.replace('node-7', '\\u001b[2J'), /no event/],
  ['too much', payload + ' '.repeat(MOST_EVENT_BYTES), /bytes/],
] as const) {
  test(`${what} is refused, in words of our own`, (t) => {
    t.regex(why(readMessage(subject, bytes(wrong))), expected);
  });
}

test('an event on the subject of another is refused', (t) => {
  t.regex(why(readMessage('foldwise.v1.a-run.run.failed', bytes(payload))), /disagree/);
  t.regex(why(readMessage('foldwise.v1.a-run', bytes(payload))), /subject/);
});

test('bytes that are no UTF-8 are refused', (t) => {
  t.regex(why(readMessage(subject, Uint8Array.of(0x22, 0xff, 0x22))), /no JSON/);
});

test('whatever arrives is accepted or refused, and never an error', (t) => {
  const anything = fc.oneof(fc.uint8Array(), fc.json().map(bytes), fc.string().map(bytes));
  fc.assert(
    fc.property(anything, (data) => {
      t.is(readMessage(subject, data).kind, 'refused');
    }),
  );
});
