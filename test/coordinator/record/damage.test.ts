import { chmod, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import test from 'ava';
import fc from 'fast-check';
import Database from 'libsql';
import { inspectRecord } from '../../../coordinator/record/inspect-record.ts';
import { createRecord, openRecord, recordExists } from '../../../coordinator/record/open.ts';
import { DataError, FoldwiseError, UsageError } from '../../../shared/errors.ts';
import { factsFrom, header } from './facts.ts';
import { recordFile, refusalOf, withFolder, writeRecord } from './folders.ts';

const FACTS = 12;

/** Changes a record behind its back. */
function edit(folder: string, sql: string): void {
  const database = new Database(recordFile(folder));
  database.exec(sql);
  database.close();
}

const refused = test.macro({
  exec: async (t, sql: string, message: RegExp) => {
    await withFolder(async (folder) => {
      await writeRecord(folder, FACTS);
      edit(folder, sql);
      const error = await refusalOf(folder);
      t.true(error instanceof DataError);
      t.regex(error.message, message);
      t.regex(error.message, /record\.db/);
      await t.throwsAsync(inspectRecord(folder), { message: error.message });
    });
  },
  title: (_, sql: string) => `refused with the reason: ${sql}`,
});

test(
  refused,
  "UPDATE facts SET event = replace(event, '0.5', '0.6') WHERE sequence = 3",
  /damaged: fact 3 is not as it was written: expected hash [0-9a-f]{64}, found/,
);
test(
  refused,
  'UPDATE facts SET result = NULL WHERE sequence = 4',
  /fact 4 is not as it was written/,
);
test(refused, 'DELETE FROM facts WHERE sequence = 5', /expected fact 5, found fact 6/);
test(
  refused,
  'DELETE FROM facts WHERE sequence = 12',
  /expected fact 12 .* to be the last, found fact 11/,
);
test(refused, 'DELETE FROM facts', /expected fact 12 .* to be the last, found fact 0/);
test(
  refused,
  'UPDATE facts SET sequence = 99 WHERE sequence = 5; UPDATE facts SET sequence = 5 WHERE sequence = 6; UPDATE facts SET sequence = 6 WHERE sequence = 99',
  /fact 5 is not as it was written/,
);
test(
  refused,
  'INSERT INTO facts SELECT 13, event, result, hash FROM facts WHERE sequence = 12',
  /fact 13 is not as it was written/,
);
test(
  refused,
  "UPDATE header SET json = replace(json, '0.25', '0.5')",
  /its header is not as it was written/,
);
test(refused, 'UPDATE head SET sequence = 11', /expected fact 11 .* to be the last/);
test(refused, 'UPDATE delivered SET sequence = 7', /cursor of delivery names a fact 7/);
test(refused, 'UPDATE delivered SET sequence = 13', /cursor of delivery names a fact 13/);
test(refused, 'DELETE FROM delivered', /expected one row in its table "delivered", found 0/);
test(refused, 'CREATE TABLE more (x)', /its tables are not those/);
test(refused, 'DROP TABLE facts', /its tables are not those/);
test(
  refused,
  'PRAGMA user_version = 9',
  /written by a newer Foldwise: its schema is version 9, this program knows version 1/,
);
test(refused, 'PRAGMA user_version = 0', /schema version 0/);
test(refused, 'PRAGMA application_id = 7', /is not the record of a run/);
test(refused, 'PRAGMA journal_mode = WAL', /journal mode wal, not delete/);

test('what is no database, empty, a folder or not there is refused', async (t) => {
  await withFolder(async (folder) => {
    t.false(await recordExists(folder));
    t.regex((await refusalOf(folder)).message, /record\.db cannot be opened/);
    await writeFile(recordFile(folder), 'events, events, events\n'.repeat(100));
    t.true(await recordExists(folder));
    t.regex((await refusalOf(folder)).message, /is not the record of a run.*not a database/);
    await truncate(recordFile(folder), 0);
    t.regex((await refusalOf(folder)).message, /is not the record of a run/);
  });
});

test('a record is made once, and its mode keeps it from others', async (t) => {
  await withFolder(async (folder) => {
    await writeRecord(folder, 1);
    t.is((await stat(recordFile(folder))).mode & 0o777, 0o600);
    await t.throwsAsync(createRecord(folder, header), {
      instanceOf: UsageError,
      message: /exists already/,
    });
    await chmod(recordFile(folder), 0o644);
    const record = await openRecord(folder);
    t.is((await stat(recordFile(folder))).mode & 0o777, 0o600);
    t.is(record.facts.length, 1);
    await record.close();
    await t.throwsAsync(record.append(factsFrom(2, 2)), { message: /closed/ });
  });
});

test('of many that make a record at once, one does', async (t) => {
  await withFolder(async (folder) => {
    const made = await Promise.allSettled(
      Array.from({ length: 5 }, () => createRecord(folder, header, { patienceMs: 0 })),
    );
    const records = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    t.is(records.length, 1);
    for (const record of records) await record.close();
    t.deepEqual((await openRecord(folder)).facts, []);
  });
});

test('whoever reads one in use is told so, and a record removed under its holder is noticed', async (t) => {
  await withFolder(async (folder) => {
    const record = await createRecord(folder, header);
    await record.append(factsFrom(1, 3));
    t.is(await inspectRecord(folder), 'in use');
    const { rm } = await import('node:fs/promises');
    await rm(recordFile(folder));
    await t.throwsAsync(record.append(factsFrom(4, 4)), {
      instanceOf: FoldwiseError,
      message: /removed or replaced/,
    });
    await t.throwsAsync(record.append(factsFrom(4, 4)), { message: /removed or replaced/ });
    await record.close();
  });
});

test('a record read by somebody else says the same, and stays free', async (t) => {
  await withFolder(async (folder) => {
    await writeRecord(folder, FACTS);
    const content = await inspectRecord(folder);
    if (content === 'in use') return t.fail();
    t.deepEqual(content.facts, factsFrom(1, FACTS));
    t.is(content.delivered, FACTS / 2);
    const record = await openRecord(folder, { patienceMs: 0 });
    await record.close();
  });
});

test('any byte of the file changed is noticed, or changes none of the facts', async (t) => {
  await withFolder(async (folder) => {
    await writeRecord(folder, FACTS);
    const file = recordFile(folder);
    const whole = await readFile(file);
    let refusals = 0;
    const change = fc.asyncProperty(
      // The first bytes say what the file is, and every one of them counts.
      fc.oneof(fc.nat(107), fc.nat(whole.length - 1)),
      fc.integer({ min: 1, max: 255 }),
      async (place, bits) => {
        const bytes = Buffer.from(whole);
        bytes[place]! ^= bits;
        await writeFile(file, bytes);
        try {
          const record = await openRecord(folder, { patienceMs: 0 });
          t.deepEqual(record.facts, factsFrom(1, FACTS));
          t.deepEqual(record.header, header);
          t.is(record.delivered(), FACTS / 2);
          await record.close();
        } catch (error) {
          t.true(error instanceof FoldwiseError, String(error));
          refusals += 1;
        }
      },
    );
    await fc.assert(change, { numRuns: 150 });
    t.true(refusals > 50, `${refusals} refused`);
  });
});

test('a file cut anywhere is refused', async (t) => {
  await withFolder(async (folder) => {
    await writeRecord(folder, FACTS);
    const file = recordFile(folder);
    const whole = await readFile(file);
    for (let size = whole.length - 1; size > 0; size -= 997) {
      await writeFile(file, whole.subarray(0, size));
      t.true((await refusalOf(folder)) instanceof FoldwiseError);
    }
  });
});

test('a file with a page of another time is refused', async (t) => {
  await withFolder(async (folder) => {
    const record = await createRecord(folder, header);
    await record.append(factsFrom(1, 30));
    const early = await readFile(recordFile(folder));
    await record.append(factsFrom(31, 60));
    await record.close();
    const late = await readFile(recordFile(folder));
    const page = 4096;
    let refusals = 0;
    for (let place = 0; place + page <= early.length; place += page) {
      const old = early.subarray(place, place + page);
      if (old.equals(late.subarray(place, place + page))) continue;
      const handle = await open(recordFile(folder), 'w');
      await handle.write(late);
      await handle.write(old, 0, page, place);
      await handle.close();
      const opened = await openRecord(folder, { patienceMs: 0 }).catch(() => undefined);
      if (opened) t.is(opened.facts.length, 60);
      else refusals += 1;
      await opened?.close();
    }
    t.true(refusals > 0);
  });
});
