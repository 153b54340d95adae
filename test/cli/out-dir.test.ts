import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { checkOutDir, createOutDir } from '../../cli/out-dir.ts';
import { UsageError } from '../../shared/errors.ts';
import { withFolder } from './command-line.ts';

test('a new or an empty folder will do, and checking it creates nothing', async (t) => {
  await withFolder(async (folder) => {
    await checkOutDir(folder);
    await checkOutDir(path.join(folder, 'a/b/c'));
    t.deepEqual(await readdir(folder), []);
    await createOutDir(path.join(folder, 'a/b/c'));
    t.deepEqual(await readdir(folder), ['a']);
    await checkOutDir(path.join(folder, 'a/b/c'));
  });
});

const refused = test.macro({
  exec: async (t, make: (folder: string) => Promise<string>, expected: RegExp) => {
    await withFolder(async (folder) => {
      const out = await make(folder);
      const use = async () => (await checkOutDir(out), createOutDir(out));
      const error = await t.throwsAsync(use, { instanceOf: UsageError });
      t.true(error?.message.startsWith(`--out ${out}: `));
      t.regex(error?.message ?? '', expected);
    });
  },
  title: (what) => `results do not go to ${what}`,
});

test(
  'a folder with something in it',
  refused,
  async (folder) => {
    await writeFile(path.join(folder, '.hidden'), '');
    return folder;
  },
  /is not empty.*name a new folder/,
);

test(
  'a file',
  refused,
  async (folder) => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    return file;
  },
  /it is not a folder/,
);

test(
  'a folder below a file',
  refused,
  async (folder) => {
    await writeFile(path.join(folder, 'file'), '');
    return path.join(folder, 'file/a/b');
  },
  /file is not a folder/,
);

test(
  'a link that leads back to itself',
  refused,
  async (folder) => {
    await symlink('loop', path.join(folder, 'loop'));
    return path.join(folder, 'loop/a');
  },
  /cannot be used/,
);

test(
  'a link to nothing',
  refused,
  async (folder) => {
    await symlink('gone', path.join(folder, 'link'));
    return path.join(folder, 'link');
  },
  /: it is a dangling symbolic link: it leads to gone, which does not exist$/,
);

test(
  'a folder below a link to nothing',
  refused,
  async (folder) => {
    await symlink('gone', path.join(folder, 'link'));
    return path.join(folder, 'link/a');
  },
  /: \/.*\/link is a dangling symbolic link/,
);

test(
  'a folder that cannot be written to',
  refused,
  async (folder) => {
    // Root may write anywhere except to what the kernel makes up.
    if (process.getuid?.() === 0) return '/sys/kernel/foldwise';
    const out = path.join(folder, 'locked');
    await mkdir(out, { mode: 0o500 });
    return path.join(out, 'run');
  },
  /cannot be (used|created)/,
);

test('what was left by a program that was killed before its run began is no hindrance', async (t) => {
  await withFolder(async (folder) => {
    await writeFile(path.join(folder, 'record.db.new-1234'), '');
    await t.notThrowsAsync(checkOutDir(folder));
    await writeFile(path.join(folder, 'record.db'), '');
    await t.throwsAsync(checkOutDir(folder), { instanceOf: UsageError, message: /cannot be read/ });
  });
});
