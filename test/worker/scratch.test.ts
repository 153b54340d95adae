import { spawnSync } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeScratch, sweepScratch } from '../../worker/scratch.ts';
import { withFolder } from '../cli/command-line.ts';

test('folders of workers that are gone are removed, and no others', async (t) => {
  await withFolder(async (parent) => {
    const own = path.basename(await makeScratch(parent));
    const gone = spawnSync('true').pid;
    const left = own.replace(`-${process.pid}-`, `-${gone}-`);
    const elsewhere = `foldwise-attempt-00000000-${gone}-abcdef`;
    const link = left.replace(/......$/, 'linked');
    for (const name of [left, elsewhere])
      await mkdir(path.join(parent, name, 'model'), { recursive: true });
    await symlink(elsewhere, path.join(parent, link));
    await sweepScratch(parent);
    t.deepEqual((await readdir(parent)).sort(), [own, elsewhere, link].sort());
    await t.notThrowsAsync(sweepScratch(path.join(parent, 'none')));
  });
});
