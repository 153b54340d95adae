import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { compile, createProgram } from '../../../../worker/engine/compile/index.ts';
import * as engine from '../../../../worker/engine/index.ts';
import { root } from '../../../helpers/foldwise.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import { numbersOf, ROW, row, withVariable } from './steps.ts';

/** Plain Node, as whoever uses the library starts it: this test's own loader left out. */
const node = (args: readonly string[]) =>
  execa(process.execPath, args, { cwd: root, env: { NODE_OPTIONS: '' }, reject: false });

test('the example runs in plain Node, and learns what it is shown', async (t) => {
  const { stdout, stderr, exitCode } = await node([path.join('examples', 'compiled-step.js')]);
  t.is(exitCode, 0, stderr);
  const right = Number(/^(\d+) of 64 new images are told right$/m.exec(stdout)?.[1]);
  t.true(right >= 60, stdout);
});

test('plain JavaScript gets by name all that TypeScript gets', async (t) => {
  const program = `import * as engine from 'foldwise/engine'; console.log(Object.keys(engine).join())`;
  const { stdout } = await node(['--input-type=module', '--eval', program]);
  t.deepEqual(stdout.split(','), Object.keys(engine));
});

test('importing the library leaves the loading of other files as it was', async (t) => {
  const program = `await import('foldwise/engine'); await import('./worker/engine/index.ts')`;
  const { stderr, exitCode } = await node(['--input-type=module', '--eval', program]);
  const knowsTypeScript = 'typescript' in process.features && process.features.typescript;
  if (knowsTypeScript) t.is(exitCode, 0);
  else t.regex(stderr, /ERR_UNKNOWN_FILE_EXTENSION/);
});

test.serial(
  'steps of one program share their variables, and it is the program that closes',
  async (t) => {
    await withVariable([1, 2, 3], async (weight) => {
      const program = createProgram(tf);
      const grow = compile(tf, ({ x }) => (weight.assign(weight.add(x)), {}), {
        program,
        inputs: ROW,
      });
      const look = compile(tf, () => ({ weight }), { program, inputs: {} });
      await grow.run(row);
      await grow.close();
      t.deepEqual(numbersOf((await look.run({})).weight), [2, 4, 6]);
      await program.close();
      await t.throwsAsync(look.run({}), { message: /closed already/ });
    });
  },
);

test('the programs of the page run as they stand', async (t) => {
  const page = await readFile(path.join(root, 'docs', 'compiled-step.md'), 'utf8');
  const blocks = [...page.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code!);
  const programs = blocks.filter((code) => code.includes('import '));
  t.is(programs.length, 1);
  for (const program of programs) {
    const { stdout, stderr, exitCode } = await node(['--input-type=module', '--eval', program]);
    t.is(exitCode, 0, stderr);
    const losses = stdout.split('\n').slice(0, 5).map(Number);
    t.true(losses[4]! < losses[0]!, stdout);
  }
});
