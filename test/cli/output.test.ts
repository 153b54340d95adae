import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';

const BIN = fileURLToPath(new URL('../../cli/foldwise.js', import.meta.url));
const LOST = 'error: standard output cannot be written: no space left on device';

/** Runs the real program in a shell, which redirects its output. */
const shell = async (line: string) => {
  const options = { reject: false, env: { FOLDWISE: `${process.execPath} ${BIN}` } };
  return execa('sh', ['-c', line], options);
};

for (const args of ['--version', 'train --help']) {
  test(`what cannot be written to standard output is a failure: foldwise ${args}`, async (t) => {
    t.like(await shell(`$FOLDWISE ${args} > /dev/full`), { exitCode: 1, stderr: LOST });
  });
}

test('standard error that takes no more changes nothing', async (t) => {
  const ran = await shell('$FOLDWISE --version 2> /dev/full');
  t.is(ran.exitCode, 0);
  t.regex(ran.stdout, /^\d+\.\d+\.\d+/);
  t.is((await shell('$FOLDWISE train --folds 1 2> /dev/full')).exitCode, 2);
});
