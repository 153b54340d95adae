import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { FoldwiseError, UsageError } from '../../shared/errors.ts';
import { createWholeFolder } from '../../shared/new-folder.ts';
import { withFolder } from '../cli/command-line.ts';

const fill = async (folder: string): Promise<string> => {
  await writeFile(path.join(folder, 'file'), 'text');
  return 'done';
};

test('a new folder, or an empty one, gets what belongs in it', async (t) => {
  await withFolder(async (parent) => {
    for (const name of ['new', 'empty', 'a/b/c']) {
      const folder = path.join(parent, name);
      if (name === 'empty') await mkdir(folder);
      t.is(await createWholeFolder(folder, fill), 'done');
      t.is(await readFile(path.join(folder, 'file'), 'utf8'), 'text');
      t.is((await stat(folder)).mode & 0o777, 0o777 & ~process.umask());
    }
    t.deepEqual((await readdir(parent)).sort(), ['a', 'empty', 'new']);
  });
});

test('a link to an empty folder stays a link', async (t) => {
  await withFolder(async (parent) => {
    await mkdir(path.join(parent, 'real'));
    await symlink('real', path.join(parent, 'link'));
    await createWholeFolder(path.join(parent, 'link'), fill);
    t.deepEqual(await readdir(path.join(parent, 'real')), ['file']);
  });
});

test('nothing is to be seen of the folder before it is whole', async (t) => {
  await withFolder(async (parent) => {
    const folder = path.join(parent, 'new');
    await createWholeFolder(folder, async (unfinished) => {
      t.not(unfinished, folder);
      t.false(existsSync(folder));
      return fill(unfinished);
    });
    t.true(existsSync(folder));
  });
});

test('where filling fails, nothing is left, and the failure is passed on', async (t) => {
  await withFolder(async (parent) => {
    const failure = new Error('enough');
    const work = createWholeFolder(path.join(parent, 'new'), async (folder) => {
      await fill(folder);
      throw failure;
    });
    t.is(await t.throwsAsync(work), failure);
    t.deepEqual(await readdir(parent), []);
  });
});

test('a full disk is told in one sentence', async (t) => {
  await withFolder(async (parent) => {
    const folder = path.join(parent, 'new');
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
    });
    const error = await t.throwsAsync(
      createWholeFolder(folder, () => Promise.reject(full)),
      { instanceOf: FoldwiseError },
    );
    t.is(
      error?.message,
      `${folder} cannot be written: no space left on device; nothing was left there`,
    );
    t.is(error?.exitCode, 1);
    t.deepEqual(await readdir(parent), []);
  });
});

const refused = test.macro({
  exec: async (t, make: (parent: string) => Promise<string>, expected: RegExp) => {
    await withFolder(async (parent) => {
      const folder = await make(parent);
      const before = await readdir(parent, { recursive: true });
      const error = await t.throwsAsync(createWholeFolder(folder, fill), {
        instanceOf: UsageError,
      });
      t.true(error?.message.startsWith(folder));
      t.regex(error?.message ?? '', expected);
      t.deepEqual(await readdir(parent, { recursive: true }), before);
    });
  },
  title: (what) => `the place is refused where it is ${what}`,
});

test(
  'a folder with something in it',
  refused,
  async (parent) => {
    await writeFile(path.join(parent, 'file'), '');
    return parent;
  },
  /is not empty: name a new folder/,
);

test(
  'a file',
  refused,
  async (parent) => {
    await writeFile(path.join(parent, 'file'), '');
    return path.join(parent, 'file');
  },
  /is not a folder/,
);

test(
  'below a file',
  refused,
  async (parent) => {
    await writeFile(path.join(parent, 'file'), '');
    return path.join(parent, 'file/new');
  },
  /cannot be written: not a directory/,
);

test(
  'a link to nothing',
  refused,
  async (parent) => {
    await symlink('gone', path.join(parent, 'link'));
    return path.join(parent, 'link');
  },
  /is a dangling symbolic link: it leads to gone/,
);

test('of two who fill the same place, the second is told', async (t) => {
  await withFolder(async (parent) => {
    const folder = path.join(parent, 'new');
    const second = createWholeFolder(folder, async (unfinished) => {
      await createWholeFolder(folder, fill);
      return fill(unfinished);
    });
    await t.throwsAsync(second, {
      instanceOf: UsageError,
      message: /cannot be written: directory not empty/,
    });
    t.deepEqual(await readdir(parent), ['new']);
  });
});
