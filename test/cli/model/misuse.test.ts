import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { foldwise, withFolder } from '../command-line.ts';

const refused = test.macro({
  exec: async (t, line: string, message: RegExp) => {
    await withFolder(async (cwd) => {
      await mkdir(path.join(cwd, 'empty'));
      const { exitCode, stdout, stderr } = await foldwise(line.split(' '), { cwd });
      t.is(exitCode, 2);
      t.is(stdout, '');
      t.regex(stderr, message);
      t.is(stderr.trim().split('\n').length, 1);
    });
  },
  title: (_, line: string) => `foldwise ${line} is refused`,
});

test(refused, 'predict a.jpg', /required option '--model <dir>' not specified/);
test(refused, 'predict --model empty', /missing required argument 'image'/);
test(refused, 'predict --model empty --top 0 a.jpg', /whole number of at least 1/);
test(refused, 'predict --model empty --preprocess x a.jpg', /choices are paper, fit, none/);
test(
  refused,
  'predict --model empty a.jpg',
  /--model: empty holds no model: expected model\.json and weights\.bin, or the folder of a/,
);
test(refused, 'predict --model nowhere a.jpg', /--model: nowhere does not exist/);
test(refused, 'evaluate --data synthetic', /required option '--model <dir>' not specified/);
test(refused, 'evaluate --model empty', /name what to score the model on: --data, --transfer/);
test(refused, 'evaluate --model empty --transfer none', /name what to score the model on/);
