import path from 'node:path';
import test from 'ava';
import { CommanderError } from 'commander';
import { execa } from 'execa';
import { parseOptions } from '../../bench/options.ts';
import { root } from '../helpers/foldwise.ts';

const parse = (...args: string[]) =>
  parseOptions(['node', 'bench', ...args], { writeOut: () => undefined });
const bench = (...args: string[]) =>
  execa(process.execPath, [path.join(root, 'bench', 'main.js'), ...args], { reject: false });

test('without flags our side alone is measured, five times', (t) => {
  t.deepEqual(parse(), {
    ...{ peers: false, whole: false, gpu: false, removePeers: false, writeDocs: false },
    ...{ repeats: 5, step: 'compiled', python: 'python3' },
    ...{ scale: false, folds: 10_000, workers: 500 },
  });
});

test('flags are read', (t) => {
  const flags = ['--peers', '--cores', '2,3', '--repeats', '3', '--images', '4000'];
  const options = parse(...flags, '--data', 'here', '--step', 'eager');
  t.like(options, { peers: true, cores: [2, 3], repeats: 3, images: 4000 });
  t.like(options, { data: 'here', step: 'eager' });
});

for (const wrong of [
  ['--fast'],
  ['--repeats', '0'],
  ['--repeats', '2.5'],
  ['--scale', '--folds', '1'],
  ['--scale', '--workers', '0'],
  ['--images', 'many'],
  ['--images', '1999'],
  ['--cores', '0,0'],
  ['--cores', '0-3'],
  ['--step', 'quick'],
  ['--data'],
  ['more'],
]) {
  test(`"${wrong.join(' ')}" is refused`, (t) => {
    t.throws(() => parse(...wrong), { instanceOf: CommanderError });
  });
}

test('an unknown flag ends the program with 2 and a sentence', async (t) => {
  const { exitCode, stderr, stdout } = await bench('--fast');
  t.is(exitCode, 2);
  t.is(stderr, "error: unknown option '--fast'");
  t.is(stdout, '');
});

test('help is printed, and is no failure', async (t) => {
  const { exitCode, stdout } = await bench('--help');
  t.is(exitCode, 0);
  t.regex(stdout, /--peers/);
});

test('without a GPU bench:gpu says that it needs one', async (t) => {
  const env = { CUDA_VISIBLE_DEVICES: '' };
  const file = path.join(root, 'bench', 'main.js');
  const { exitCode, stderr } = await execa(process.execPath, [file, '--gpu'], {
    ...{ env, reject: false },
  });
  t.is(exitCode, 1);
  t.regex(stderr, /^error: bench:gpu compares on a GPU, and there is none here/);
});
