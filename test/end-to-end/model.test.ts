import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import sharp from 'sharp';
import { FASHION_CLASSES } from '../../shared/data/classes.ts';
import { ensureEngine } from '../../worker/engine/ensure.ts';
import { foldwise, root } from '../helpers/foldwise.ts';

const SIDE = 28;
let dir = '';
let run = '';

interface Answer {
  readonly file: string;
  readonly class: string;
  readonly index: number;
  readonly probability: number;
  readonly probabilities: Record<string, number>;
  readonly synthetic?: boolean;
}

type Scores = Record<string, unknown>;

interface Report {
  readonly test: Scores;
  readonly transfer?: Scores & { readonly fit: Scores; readonly paper: Scores };
}

test.before('one small run is trained', async (t) => {
  t.timeout(300_000);
  await ensureEngine({ onProgress: () => undefined });
  dir = await mkdtemp(path.join(tmpdir(), 'foldwise-test-'));
  run = path.join(dir, 'run');
  const size = ['--limit', '60', '--folds', '2', '--epochs', '1', '--batch-size', '20'];
  const trained = await foldwise(['train', ...size, '--threads', '1', '--quiet', '--out', run]);
  t.is(trained.exitCode, 0, trained.stderr);
  await mkdir(path.join(dir, 'pictures'));
  for (const [index, name] of ['dark.png', 'light.jpg', 'colour.webp'].entries()) {
    const side = [SIDE, SIDE, 60][index]!;
    const background = { r: 80 * index, g: 255 - 100 * index, b: 90 };
    await sharp({ create: { width: side, height: side, channels: 3, background } }).toFile(
      path.join(dir, 'pictures', name),
    );
  }
});

test.after.always('all that was made is gone', async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Runs `foldwise predict --json` and reads what it prints: nothing but lines of JSON. */
async function predict(args: readonly string[], model = run) {
  const ran = await foldwise(['predict', '--model', model, '--json', ...args]);
  const lines = ran.stdout.split('\n').filter((line) => line !== '');
  return { ...ran, answers: lines.map((line) => JSON.parse(line) as Answer) };
}

test.serial('evaluate repeats the numbers of the report', async (t) => {
  const report = JSON.parse(await readFile(path.join(run, 'report.json'), 'utf8')) as Report;
  const args = ['--data', 'synthetic', '--transfer', 'synthetic', '--threads', '1', '--json'];
  const ran = await foldwise(['evaluate', '--model', run, ...args]);
  t.is(ran.exitCode, 0, ran.stderr);
  t.is(ran.stderr, '');
  t.is(ran.stdout.split('\n').length, 1);
  const found = JSON.parse(ran.stdout) as Required<Report>;
  const numbers = ({ loss, accuracy, confusion, perClass, interval, balancedAccuracy }: Scores) => {
    return { loss, accuracy, confusion, perClass, interval, balancedAccuracy };
  };
  t.deepEqual(numbers(found.test), numbers(report.test));
  t.deepEqual(numbers(found.transfer.fit), numbers(report.transfer!.fit));
  t.deepEqual(numbers(found.transfer.paper), numbers(report.transfer!.paper));
  for (const key of ['rows', 'mapped', 'unmapped', 'missing', 'unreadable', 'articleTypes']) {
    t.deepEqual(found.transfer[key], report.transfer![key], key);
  }
});

test.serial('evaluate prints a table of 80 columns for people', async (t) => {
  const ran = await foldwise(['evaluate', '--model', run, '--data', 'synthetic', '--limit', '30']);
  t.is(ran.exitCode, 0, ran.stderr);
  t.is(ran.stderr, '');
  t.regex(ran.stdout, /^synthetic, test part, 30 images\nAccuracy /);
  t.regex(ran.stdout, /Class +Precision +Recall +F1 +Images\n/);
  t.regex(ran.stdout, /Confusion matrix: rows true class/);
  t.regex(ran.stdout, /SYNTHETIC DATA/);
  t.true(ran.stdout.split('\n').every((line) => line.length <= 80));
});

test.serial(
  'predict tells the class of each picture, the same whatever they come with',
  async (t) => {
    const pictures = path.join(dir, 'pictures');
    const { answers, stderr, exitCode } = await predict([pictures]);
    t.is(exitCode, 0, stderr);
    t.is(stderr, '');
    t.deepEqual(
      answers.map(({ file }) => path.relative(pictures, file)),
      ['colour.webp', 'dark.png', 'light.jpg'],
    );
    for (const answer of answers) {
      const shares = Object.values(answer.probabilities);
      t.deepEqual(Object.keys(answer.probabilities), FASHION_CLASSES);
      t.is(answer.class, FASHION_CLASSES[answer.index]!);
      t.is(answer.probability, Math.max(...shares));
      t.true(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-5);
      t.true(answer.synthetic);
    }
    const one = await predict([path.join(pictures, 'light.jpg')], path.join(run, 'model'));
    t.true(Math.abs(one.answers[0]!.probability - answers[2]!.probability) < 1e-5);
  },
);

test.serial(
  'what cannot be used is named, the rest goes on, and the end is a failure',
  async (t) => {
    const bad = path.join(dir, 'bad\u001b[2J.jpg');
    await writeFile(bad, 'no picture');
    const good = path.join(dir, 'pictures', 'dark.png');
    const missing = path.join(dir, 'missing.png');
    const mixed = await foldwise(['predict', '--model', run, bad, good, missing]);
    t.is(mixed.exitCode, 1);
    t.regex(
      mixed.stdout,
      /^File +Class +Probability\n\S+dark\.png +\S.* +\d+\.\d\d%\n\nSYNTHETIC DATA/,
    );
    t.regex(mixed.stderr, /not used: .*missing\.png: does not exist/);
    t.regex(mixed.stderr, /not used: .*bad\u{fffd}\[2J\.jpg: not an image/u);
    t.regex(mixed.stderr, /error: 2 files could not be used, named above$/);
    const none = await predict([bad, missing]);
    t.is(none.exitCode, 2);
    t.is(none.stdout, '');
    t.regex(none.stderr, /error: none of the pictures could be used$/);
  },
);

test.serial('without preparation, pictures have to be of the size of the images', async (t) => {
  const pictures = path.join(dir, 'pictures');
  const { answers, stderr, exitCode } = await predict([pictures, '--preprocess', 'none']);
  t.is(exitCode, 1);
  t.is(answers.length, 2);
  t.regex(
    stderr,
    /colour\.webp: --preprocess none expects pictures of 28×28 pixels, got one of 60×60/,
  );
});

test.serial('a model of another program predicts, its classes called by number', async (t) => {
  const folder = path.join(dir, 'stock');
  await cp(path.join(run, 'model'), folder, { recursive: true });
  const file = path.join(folder, 'model.json');
  const { userDefinedMetadata: _, ...stock } = JSON.parse(await readFile(file, 'utf8')) as Scores;
  t.truthy(_);
  await writeFile(file, JSON.stringify(stock));
  const { answers, exitCode } = await predict([path.join(dir, 'pictures', 'dark.png')], folder);
  t.is(exitCode, 0);
  t.deepEqual(Object.keys(answers[0]!.probabilities), [...'0123456789']);
  const transfer = await foldwise(['evaluate', '--model', folder, '--transfer', 'synthetic']);
  t.is(transfer.exitCode, 2);
  t.regex(transfer.stderr, /does not name its classes, so the photographs/);
});

/** Makes something else of the model of the run. */
const damages: Record<string, { spoil: (folder: string) => Promise<unknown>; message: RegExp }> = {
  'no weights': {
    spoil: (folder) => rm(path.join(folder, 'weights.bin')),
    message: /^error: --model: .*weights\.bin does not exist/,
  },
  'weights cut short': {
    spoil: async (folder) => {
      const weights = await readFile(path.join(folder, 'weights.bin'));
      await writeFile(path.join(folder, 'weights.bin'), weights.subarray(0, -1));
    },
    message:
      /^error: --model: .*weights\.bin has \d+ bytes, but model\.json describes \d+: it is cut/,
  },
  'a layer unknown to tfjs, its name a command to the terminal': {
    spoil: (folder) =>
      replace(folder, '"class_name":"Flatten"', '"class_name":"\\u001b[2JFlatten"'),
    message: /^error: .*model\.json is no tfjs layers model: Unknown layer: \ufffd\[2JFlatten/,
  },
  'weights of other layers': {
    spoil: (folder) => replace(folder, '"name":"logits/bias"', '"name":"bias/logits"'),
    message: /^error: .*model\.json is no tfjs layers model: /,
  },
  'a JSON that is none': {
    spoil: (folder) => writeFile(path.join(folder, 'model.json'), '\u001b[2J'),
    message: /^error: --model: .*model\.json is no JSON, and so no model/,
  },
};

async function replace(folder: string, from: string, to: string): Promise<void> {
  const file = path.join(folder, 'model.json');
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll(from, to));
}

for (const [name, { spoil, message }] of Object.entries(damages)) {
  test.serial(`a damaged model is refused in one line: ${name}`, async (t) => {
    const folder = path.join(dir, `damaged ${name.slice(0, 12)}`);
    await cp(path.join(run, 'model'), folder, { recursive: true });
    await spoil(folder);
    const picture = path.join(dir, 'pictures', 'dark.png');
    const ran = await foldwise(['predict', '--model', folder, picture]);
    t.is(ran.exitCode, 2, ran.stderr);
    t.is(ran.stdout, '');
    t.regex(ran.stderr, message);
    t.notRegex(ran.stderr, /\n|\u001b/);
  });
}

test.serial('a model and images that do not fit are both named', async (t) => {
  const folder = path.join(dir, 'digits');
  await cp(path.join(run, 'model'), folder, { recursive: true });
  await replace(folder, '"T-shirt/top",', '');
  const ran = await foldwise(['evaluate', '--model', folder, '--data', 'synthetic']);
  t.is(ran.exitCode, 2);
  t.regex(
    ran.stderr,
    /^error: the model in .* is for images of 28×28×1 and 9 classes, but synthetic has images of 28×28×1 and 10 classes$/,
  );
});

test.serial('who stops reading stops the program, and nothing is left behind', async (t) => {
  const picture = path.join(dir, 'pictures', 'dark.png');
  const scratch = path.join(dir, 'scratch');
  await mkdir(scratch);
  const many = Array.from({ length: 3000 }, () => picture);
  const program = [process.execPath, path.join(root, 'cli/foldwise.js')];
  const line = [...program, 'predict', '--json', '--model', run, ...many];
  const script = '"$@" | head -n 1; echo "${PIPESTATUS[0]}"';
  const { stdout, stderr } = await execa('bash', ['-c', script, 'bash', ...line], {
    env: { TMPDIR: scratch },
    reject: false,
  });
  const [first = '', exitCode] = stdout.split('\n');
  t.is((JSON.parse(first) as Answer).file, picture);
  t.is(exitCode, '141');
  t.regex(stderr, /^(prepar\w+ [\d,]+ .*pictures\n?)*$/);
  const left = await readdir(scratch);
  t.deepEqual(
    left.filter((name) => name.startsWith('foldwise-')),
    [],
  );
});
