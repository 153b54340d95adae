import { execFileSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { openEventLog } from '../../coordinator/event-log.ts';
import { recordedEvents } from '../helpers/recorded-events.ts';

const events = recordedEvents();
const lines = events.map((event) => `${JSON.stringify(event)}\n`);
const facts = (count: number) => events.slice(0, count).map((event) => ({ event }));

async function withFolder(use: (folder: string, file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-events-'));
  try {
    await use(folder, path.join(folder, 'events.ndjson'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('a new run gets a line for each event, at once', async (t) => {
  await withFolder(async (folder, file) => {
    const log = openEventLog(folder, { facts: [] });
    for (const [index, event] of events.entries()) {
      log.write(event);
      t.is(await readFile(file, 'utf8'), lines.slice(0, index + 1).join(''));
    }
    log.close();
  });
});

const mended = test.macro({
  exec: async (t, found: string | null, isReplaced: boolean) => {
    await withFolder(async (folder, file) => {
      if (found !== null) await writeFile(file, found);
      const before = found === null ? undefined : (await stat(file)).ino;
      const log = openEventLog(folder, { facts: facts(5) });
      t.is(await readFile(file, 'utf8'), lines.slice(0, 5).join(''));
      t.is((await stat(file)).ino !== before, isReplaced);
      log.write(events[5]!);
      log.close();
      t.is(await readFile(file, 'utf8'), lines.slice(0, 6).join(''));
      t.deepEqual(await readdir(folder), ['events.ndjson']);
    });
  },
  title: (what = '') => `the file says what the record says: ${what}`,
});

test('where there was none', mended, null, true);
test('where it was empty', mended, '', false);
test('where it was complete', mended, lines.slice(0, 5).join(''), false);
test('where its end was missing', mended, lines.slice(0, 3).join(''), false);
test('where its last line was torn', mended, lines.slice(0, 4).join('').slice(0, -20), false);
test('where only the line break was missing', mended, lines.slice(0, 5).join('').trimEnd(), false);
test('where it went on after the record', mended, lines.slice(0, 7).join(''), true);
test('where it says something else', mended, lines.slice(0, 5).join('').replace('7', '8'), true);
test('where it is something else', mended, 'a shopping list\n', true);

test('a file that cannot be written is told of once, and fails nothing', async (t) => {
  await withFolder(async (folder, file) => {
    await mkdir(file);
    const problems: string[] = [];
    const log = openEventLog(folder, { facts: facts(2) }, (problem) => problems.push(problem));
    for (const event of events) log.write(event);
    log.close();
    t.is(problems.length, 1);
    t.regex(problems[0]!, /events\.ndjson cannot be written: .*; the run goes on without it/);
  });
});

test('a file that others append to is put right when it is opened again', async (t) => {
  await withFolder(async (folder, file) => {
    openEventLog(folder, { facts: facts(2) }).close();
    await appendFile(file, 'noise\n');
    openEventLog(folder, { facts: facts(3) }).close();
    t.is(await readFile(file, 'utf8'), lines.slice(0, 3).join(''));
  });
});

test('a pipe in place of the file is replaced, and nobody waits for it', async (t) => {
  await withFolder(async (folder, file) => {
    execFileSync('mkfifo', [file]);
    openEventLog(folder, { facts: facts(3) }).close();
    t.is(await readFile(file, 'utf8'), lines.slice(0, 3).join(''));
  });
});
