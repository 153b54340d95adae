import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { root } from '../../helpers/foldwise.ts';

const CREATE = `
import { createRecord } from './coordinator/record/open.ts';
import { FoldwiseError } from './shared/errors.ts';
import { header } from './test/coordinator/record/facts.ts';
await createRecord(process.argv[1], header).catch((error) => {
  console.log(error instanceof FoldwiseError, error.message);
});
`;

test('a record that must not become large enough is refused in a sentence that names it', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-limit-'));
  try {
    const line = 'ulimit -f 8; exec "$0" --import=tsx --input-type=module -e "$1" "$2"';
    const args = ['-c', line, process.execPath, CREATE, folder];
    const { stdout } = await execa('bash', args, { cwd: root });
    t.true(stdout.startsWith(`true ${path.join(folder, 'record.db')} cannot be written (`), stdout);
    t.regex(stdout, /ulimit -f/);
    t.deepEqual(await readdir(folder), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});
