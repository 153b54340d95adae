import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { createRecord, openRecord } from '../../../coordinator/record/open.ts';
import { recordContract } from './contract.ts';
import { copyAsCrashed } from './crash-copy.ts';

const SIZE = '384k';

/** Mounts a small disk of its own; without the right to, says so and goes without. */
async function mountSmallDisk(): Promise<string | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-small-'));
  const options = ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder];
  const { exitCode } = await execa('mount', options, { reject: false });
  if (exitCode === 0) return folder;
  await rmdir(folder);
  return undefined;
}

async function unmount(folder: string): Promise<void> {
  // The library closes its files once they are collected.
  await execa('umount', ['--lazy', folder]);
  await rmdir(folder);
}

/** Takes all the space there is, to the last byte. */
async function fillUp(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const size of [4096, 1]) {
      for (;;) await handle.write(Buffer.alloc(size));
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await handle.close();
  }
}

const probe = await mountSmallDisk();
if (probe === undefined && !process.env['FOLDWISE_REQUIRE_TOOLS']) {
  test('a record on a full disk', (t: ExecutionContext) => {
    t.log('skipped: mounting a small disk needs root');
    t.pass();
  });
} else {
  if (probe !== undefined) await unmount(probe);
  recordContract(test, 'a small disk', async (use) => {
    const disk = await mountSmallDisk();
    if (disk === undefined) throw new Error('a small disk cannot be mounted: it needs root');
    const filler = path.join(disk, 'filler');
    const options = { patienceMs: 0 };
    let crashed: string | undefined;
    try {
      await use({
        create: (header) => createRecord(disk, header, options),
        open: () => openRecord(crashed ?? disk, options),
        crash: async () => {
          const copy = await mkdtemp(path.join(tmpdir(), 'foldwise-crash-'));
          await copyAsCrashed(crashed ?? disk, copy);
          if (crashed !== undefined) await rm(crashed, { recursive: true });
          crashed = copy;
        },
        setFull: (isFull) => (isFull ? fillUp(filler) : rm(filler)),
      });
    } finally {
      await unmount(disk);
      if (crashed !== undefined) await rm(crashed, { recursive: true });
    }
  });
}
