import { readdir } from 'node:fs/promises';
import test from 'ava';
import { openLocked, unlock } from '../../../coordinator/record/lock.ts';
import { createRecord } from '../../../coordinator/record/open.ts';
import { factsFrom, header } from './facts.ts';
import { recordFile, withFolder, writeRecord } from './folders.ts';

test('the database syncs all there is to sync, keeps its lock, and maps nothing into memory', async (t) => {
  await withFolder(async (folder) => {
    await writeRecord(folder, 1);
    const connection = await openLocked(recordFile(folder));
    const told = (name: string): unknown => connection.row(`PRAGMA ${name}`)?.[0];
    t.is(told('synchronous'), 3, 'EXTRA');
    t.is(told('locking_mode'), 'exclusive');
    t.is(told('journal_mode'), 'delete');
    t.is(told('mmap_size'), 0);
    unlock(connection);
  });
});

test('a record that was closed is one file; in use, its journal lies beside it', async (t) => {
  await withFolder(async (folder) => {
    const record = await createRecord(folder, header);
    await record.append(factsFrom(1, 3));
    t.deepEqual(await readdir(folder), ['record.db', 'record.db-journal']);
    await record.close();
    t.deepEqual(await readdir(folder), ['record.db']);
  });
});
