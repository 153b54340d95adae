import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../shared/errors.ts';
import { findLibrary } from '../../../worker/engine/library.ts';
import { planEngine } from '../../../worker/engine/plan.ts';

const HEADERS = ['include/tensorflow/c/c_api.h', 'include/tensorflow/c/eager/c_api.h'];

async function withFiles(files: string[], use: (folder: string) => unknown): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'foldwise-library-'));
  try {
    for (const file of files) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), file);
    }
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a libtensorflow archive is recognised, its framework library with it', (t) =>
  withFiles(
    ['lib/libtensorflow.so.2.21.0', 'lib/libtensorflow_framework.so.2', ...HEADERS],
    async (folder) => {
      await symlink('libtensorflow.so.2.21.0', path.join(folder, 'lib/libtensorflow.so'));
      t.deepEqual(findLibrary(folder), {
        folder: path.join(folder, 'lib'),
        names: ['libtensorflow.so', 'libtensorflow_framework.so.2'],
        include: path.join(folder, 'include'),
      });
    },
  ));

test('libraries directly in the folder, as in a wheel, are recognised', (t) =>
  withFiles(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', ...HEADERS], (folder) => {
    t.deepEqual(findLibrary(folder).names, [
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
  }));

test('a folder without a library, without headers, or that is none is refused by name', async (t) => {
  const refusal = (folder: string) =>
    t.throws(() => findLibrary(folder), { instanceOf: UsageError }).message;
  await withFiles(HEADERS, (folder) => t.regex(refusal(folder), /expected lib\/libtensorflow\.so/));
  await withFiles(['libtensorflow.so.2', HEADERS[0]!], (folder) =>
    t.regex(refusal(folder), /expected the header .*eager\/c_api\.h/),
  );
  t.regex(refusal('/nonexistent/tf'), /there is no folder \/nonexistent\/tf/);
});

test('a library that has changed gets another engine', (t) =>
  withFiles(['libtensorflow.so.2', ...HEADERS], async (folder) => {
    const host = { platform: 'linux', arch: 'arm64', glibc: '2.36' } as const;
    const keyNow = () => planEngine({ libtensorflow: folder }, host).key;
    const before = keyNow();
    t.is(keyNow(), before);
    await writeFile(path.join(folder, 'libtensorflow.so.2'), 'a newer one');
    t.not(keyNow(), before);
  }));
