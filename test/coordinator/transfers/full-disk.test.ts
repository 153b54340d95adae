import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { status } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { codeOf } from '../../helpers/with-coordinator.ts';
import {
  checkpointStart,
  chunksOf,
  find,
  modelOf,
  someBytes,
  startOf,
  uploadAll,
  withTransfers,
  type Place,
} from '../../helpers/with-transfers.ts';

/** A file system of 2 MB. Mounting one takes root. */
async function onSmallDisk(t: ExecutionContext, use: (place: Place) => Promise<void>) {
  const outDir = await mkdtemp(path.join(tmpdir(), 'foldwise-full-'));
  const mounting = await execa('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', outDir], {
    reject: false,
  });
  try {
    if (mounting.exitCode === 0) return await withTransfers({ outDir }, use);
    t.log(`skipped: a small disk cannot be mounted here (${mounting.stderr || 'no mount'})`);
    t.pass();
  } finally {
    if (mounting.exitCode === 0) await execa('umount', ['-l', outDir]);
    await rm(outDir, { recursive: true, force: true });
  }
}

const large = someBytes(3 * 1024 * 1024);
const small = someBytes(600_000);

for (const [what, start, again] of [
  ['checkpoint', checkpointStart(large), checkpointStart(small)],
  ['model', startOf(modelOf(large)), startOf(modelOf(small))],
] as const) {
  test(`a ${what} for which there is no space is refused, told once, and brought when there is`, async (t) => {
    await onSmallDisk(t, async ({ client, told, outDir }) => {
      for (let tries = 0; tries < 2; tries += 1) {
        t.is(await codeOf(uploadAll(client, start, chunksOf(large))), status.RESOURCE_EXHAUSTED);
        t.is(await find(client, start), 0);
        t.deepEqual(await readdir(path.join(outDir, '.staging', `${what}s`)), []);
      }
      t.deepEqual(told.trouble, ['full', 'full'], 'who says it says it once');
      t.deepEqual(told.failures, [], 'the coordinator goes on');
      t.is(await uploadAll(client, again, chunksOf(small)), small.length);
      t.deepEqual(told.trouble, ['full', 'full', 'well']);
    });
  });
}

test('what was stored before the disk was full stays', async (t) => {
  await onSmallDisk(t, async ({ client, outDir }) => {
    await uploadAll(client, checkpointStart(small), chunksOf(small));
    const filler = path.join(outDir, 'filler');
    await t.throwsAsync(writeFile(filler, large), { code: 'ENOSPC' });
    const other = someBytes(700_000, 2);
    const start = checkpointStart(other);
    t.is(await codeOf(uploadAll(client, start, chunksOf(other))), status.RESOURCE_EXHAUSTED);
    await unlink(filler);
    await uploadAll(client, start, chunksOf(other));
    const folder = path.join(outDir, 'checkpoints', 'fold-0');
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await readFile(path.join(folder, name))).length),
    );
    t.deepEqual(sizes.sort(), [600_000, 700_000]);
  });
});
