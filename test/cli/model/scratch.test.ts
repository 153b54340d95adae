import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { withScratch } from '../../../cli/model/scratch.ts';
import { FoldwiseError } from '../../../shared/errors.ts';

test.serial('the folder is gone after its use, also after a failure', async (t) => {
  let folder = '';
  const use = async (given: string): Promise<never> => {
    folder = given;
    await writeFile(path.join(given, 'images'), '');
    throw new Error('on purpose');
  };
  await t.throwsAsync(withScratch(use), { message: 'on purpose' });
  t.regex(folder, /foldwise-model-/);
  t.false(existsSync(folder));
});

test.serial('where there is no room, it is said where, and what to do', async (t) => {
  const full = () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' }));
  await t.throwsAsync(withScratch(full), {
    instanceOf: FoldwiseError,
    message: /^the folder for temporary files, .* is full: set TMPDIR to another one$/,
  });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = '/nowhere';
  try {
    await t.throwsAsync(
      withScratch(() => Promise.resolve()),
      { instanceOf: FoldwiseError, message: /, \/nowhere, cannot be written to: set TMPDIR/ },
    );
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
});
