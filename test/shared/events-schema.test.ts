import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { z } from 'zod';
import { openEventLog } from '../../coordinator/event-log.ts';
import type { RecordedEvent } from '../../shared/events.ts';
import { eventJsonSchema, eventSchema } from '../../shared/events-schema.ts';
import { recordedEvents } from '../helpers/recorded-events.ts';

/** One plain object type out of intersections, so that types can be compared. */
type Flat<T> = T extends object ? { -readonly [Key in keyof T]: Flat<T[Key]> } : T;
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

test('the type of the schema is that of the events, which the compiler checks', (t) => {
  const isSame: Same<Flat<z.output<typeof eventSchema>>, Flat<RecordedEvent>> = true;
  t.true(isSame);
});

test('an event of every type passes, and every line of events.ndjson', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-test-'));
  const file = path.join(folder, 'events.ndjson');
  const log = openEventLog(folder, { facts: [] });
  for (const event of recordedEvents()) log.write(event);
  log.close();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  await rm(folder, { recursive: true });
  t.is(lines.length, recordedEvents().length);
  t.deepEqual(
    lines.map((line) => eventSchema.parse(JSON.parse(line))),
    recordedEvents(),
  );
});

test('an event may hold more than is known, for later versions', (t) => {
  for (const event of recordedEvents()) t.notThrows(() => eventSchema.parse({ ...event, more: 1 }));
});

test('an event that lacks a field is refused', (t) => {
  const optional = new Set(['transfer']);
  for (const event of recordedEvents()) {
    for (const key of Object.keys(event).filter((name) => !optional.has(name))) {
      const rest = Object.entries(event).filter(([name]) => name !== key);
      const { success } = eventSchema.safeParse(Object.fromEntries(rest));
      t.false(success, `${event.type} without ${key}`);
    }
  }
});

test('values that would fill the memory or the screen of a listener are refused', (t) => {
  const [started] = recordedEvents();
  for (const wrong of [
    { k: 1e9 },
    { k: 1.5 },
    { run: '\u{1b}[2J' },
    { time: 'now' },
    { sequence: 0 },
    { sequence: 1e300 },
    { epochs: -1 },
    { datasetDigest: 'x' },
    { type: 'run.exploded' },
  ]) {
    t.false(eventSchema.safeParse({ ...started, ...wrong }).success, JSON.stringify(wrong));
  }
});

test('docs/progress.md explains every event and every key', async (t) => {
  const page = await readFile(new URL('../../docs/progress.md', import.meta.url), 'utf8');
  for (const event of recordedEvents()) {
    t.true(page.includes(`| \`${event.type}\` `), event.type);
    for (const key of Object.keys(event)) t.true(page.includes(`\`${key}\``), key);
  }
});

test('docs/events.schema.json is what the code describes', async (t) => {
  const file = new URL('../../docs/events.schema.json', import.meta.url);
  const written: unknown = JSON.parse(await readFile(file, 'utf8'));
  t.deepEqual(written, JSON.parse(JSON.stringify(eventJsonSchema())), 'see docs/progress.md');
});
