import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { createRecord, openRecord } from '../../../coordinator/record/open.ts';
import { copyAsCrashed } from './crash-copy.ts';
import { createSimulatedDisk } from '../../helpers/simulated-record.ts';
import { type Medium, recordContract } from './contract.ts';

recordContract(test, 'a simulated disk', async (use) => {
  const disk = createSimulatedDisk();
  await use({
    create: disk.create,
    open: disk.open,
    crash: () => Promise.resolve(disk.crash()),
    setFull: (isFull) => Promise.resolve(disk.setFull(isFull)),
  });
});

recordContract(test, 'a folder', async (use) => {
  const root = await mkdtemp(path.join(tmpdir(), 'foldwise-record-'));
  try {
    await use(folderMedium(root));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

/** A crash leaves the files as they are: they go on as a copy, without whoever had them open. */
function folderMedium(root: string): Medium {
  let folder = root;
  let crashes = 0;
  const options = { patienceMs: 0 };
  return {
    create: (header) => createRecord(folder, header, options),
    open: () => openRecord(folder, options),
    crash: async () => {
      crashes += 1;
      const copy = path.join(root, `crash-${crashes}`);
      await copyAsCrashed(folder, copy);
      folder = copy;
    },
  };
}

test('a simulated disk drops what was not synced, and may keep it whole by chance', async (t) => {
  const { header, factsFrom } = await import('./facts.ts');
  for (const [unsynced, left] of [
    ['lost', 2],
    ['kept', 5],
  ] as const) {
    let isSlow = false;
    const never = new Promise<void>(() => undefined);
    const disk = createSimulatedDisk({ sync: () => (isSlow ? never : Promise.resolve()) });
    const record = await disk.create(header);
    await record.append(factsFrom(1, 2));
    isSlow = true;
    void record.append(factsFrom(3, 5));
    await new Promise(setImmediate);
    t.is(disk.durableFacts().length, 2);
    disk.crash(unsynced);
    t.is((await disk.open()).facts.length, left);
  }
});

test('a simulated disk that lies loses what it acknowledged', async (t) => {
  const { header, factsFrom } = await import('./facts.ts');
  const disk = createSimulatedDisk({ acknowledgesBeforeSync: true });
  const record = await disk.create(header);
  await record.append(factsFrom(1, 2));
  await record.append(factsFrom(3, 3));
  disk.crash();
  t.is((await disk.open()).facts.length, 2);
});
