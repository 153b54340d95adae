import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import test from 'ava';
import { registerDataSynthCommand } from '../../cli/commands/data-synth.ts';
import type { Context } from '../../cli/context.ts';
import { UsageError } from '../../shared/errors.ts';
import { withFolder } from './command-line.ts';

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command with streams that are no terminal, or are one. */
async function synth(
  args: readonly string[],
  options: Partial<Context> & { isTTY?: boolean } = {},
) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  Object.assign(stderr, { isTTY: options.isTTY ?? false, columns: 80 });
  const context = {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env: {},
    signal: new AbortController().signal,
    ...options,
  };
  const program = new Command('data')
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  registerDataSynthCommand(program, context);
  try {
    await program.parseAsync(['synth', ...args], { from: 'user' });
  } finally {
    stdout.end();
    stderr.end();
  }
  const ran: Ran = { stdout: await text(stdout), stderr: await text(stderr) };
  return ran;
}

const few = ['--train', '20', '--test', '10', '--transfer', '12'];

test('the folder is written, and what to do with it is said', async (t) => {
  await withFolder(async (parent) => {
    const folder = path.join(parent, 'my data');
    const { stdout, stderr } = await synth([folder, ...few, '--csv']);
    t.is(stderr, '');
    t.regex(stdout, /^SYNTHETIC DATA/);
    t.true(stdout.includes(`${folder}: 20 training and 10 test images, IDX files`));
    t.true(stdout.includes('20 products in styles.csv, 15 pictures in colour'));
    t.true(stdout.includes('5 products without a picture, 3 with a broken one'));
    t.true(stdout.includes(`train --data '${folder}' --transfer '${folder}/products'`));
    t.true(stdout.includes(`train --data '${folder}/csv'`));
    t.deepEqual((await readdir(folder)).sort(), [
      'csv',
      'foldwise-synthetic.json',
      'products',
      't10k-images-idx3-ubyte.gz',
      't10k-labels-idx1-ubyte.gz',
      'train-images-idx3-ubyte.gz',
      'train-labels-idx1-ubyte.gz',
    ]);
  });
});

const refused = test.macro({
  exec: async (t, args: string, expected: string) => {
    await withFolder(async (parent) => {
      const folder = path.join(parent, 'new');
      const error = await t.throwsAsync(synth([folder, ...args.split(' ')]), {
        instanceOf: UsageError,
      });
      t.is(error?.message, expected);
      t.is(error?.exitCode, 2);
      t.false(existsSync(folder));
    });
  },
  title: (_, args: string) => `unusable numbers are refused: ${args}`,
});

test(refused, '--train 9', '--train: expected a whole number from 10 to 1000000, got "9"');
test(refused, '--test 1e3', '--test: expected a whole number from 10 to 1000000, got "1e3"');
test(refused, '--transfer 0', '--transfer: expected a whole number from 1 to 100000, got "0"');
test(refused, '--seed -1', '--seed: expected a whole number from 0 to 9007199254740991, got "-1"');
test(
  refused,
  '--seed ten',
  '--seed: expected a whole number from 0 to 9007199254740991, got "ten"',
);

test('a folder with something in it is left alone', async (t) => {
  await withFolder(async (parent) => {
    await synth([path.join(parent, 'data'), ...few]);
    await t.throwsAsync(synth([parent, ...few]), { instanceOf: UsageError, message: /not empty/ });
    t.deepEqual(await readdir(parent), ['data']);
  });
});

test('a folder is asked for', async (t) => {
  await t.throwsAsync(synth([]), { message: /missing required argument 'dir'/ });
  await t.throwsAsync(synth(['']), { instanceOf: UsageError, message: /path of a new folder/ });
});

test('an interruption leaves nothing behind', async (t) => {
  await withFolder(async (parent) => {
    const reason = new Error('stopped by SIGINT');
    const signal = AbortSignal.abort(reason);
    const work = synth([path.join(parent, 'new'), ...few], { signal });
    t.is(await t.throwsAsync(work), reason);
    t.deepEqual(await readdir(parent), []);
  });
});
