import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { idxLabels, TEST_LABELS, tinyFiles } from '../shared/data/idx-folder.ts';
import { foldwise, foldwiseHere, withFolder } from './command-line.ts';

/** Every misuse, through the whole program but its start: one clear message, exit code 2, nothing done. */
const refused = test.macro({
  exec: async (t, line: string, expected: RegExp, files: Record<string, string> = {}) => {
    await withFolder(async (cwd) => {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(cwd, name)), { recursive: true });
        await writeFile(path.join(cwd, name), text);
      }
      const before = await readdir(cwd);
      const { exitCode, stdout, stderr } = await foldwiseHere(splitWords(line), { cwd });
      t.regex(stderr, expected);
      t.is(exitCode, 2);
      t.is(stdout, '');
      t.true(stderr.startsWith('error: '), stderr);
      t.notRegex(stderr, /\n\s+at |node:internal|\[object|undefined|\u{1b}/u);
      t.is(stderr.match(/error:/g)?.length, 1);
      t.deepEqual(await readdir(cwd), before);
    });
  },
  title: (_, line: string) => `foldwise ${line}`,
});

/** Words between blanks; '' is an empty word. */
const splitWords = (line: string): string[] =>
  line.split(' ').map((word) => (word === "''" ? '' : word));

/** A folder of data; none of its bytes is above 127, so text will do. */
function tinyFolder(changed: Record<string, Buffer> = {}): Record<string, string> {
  const files = Object.entries({ ...tinyFiles(), ...changed });
  return Object.fromEntries(
    files.map(([name, bytes]) => [`tiny/${name}`, bytes.toString('ascii')]),
  );
}

const IMAGES = 'images/train-images-idx3-ubyte';

test.serial(refused, 'trian', /unknown command 'trian' \(Did you mean train\?\)$/);
test.serial(
  refused,
  'nonsense',
  /unknown command 'nonsense'; "foldwise --help" lists the commands$/,
);
test.serial(refused, 'train --fold 3', /unknown option '--fold' \(Did you mean --folds\?\)$/);
test.serial(refused, 'train 7', /unexpected argument "7"/);
test.serial(refused, 'train --folds', /--folds <k>' argument missing/);
test.serial(refused, 'train --data --folds 3', /--data.*value is missing/);
test.serial(refused, 'train --folds 3x', /--folds: expected a whole number from 2 .*, got "3x"$/);
test.serial(refused, 'train --folds 1', /--folds: expected .*, got "1"$/);
test.serial(refused, 'train --lr 1e400', /--lr: expected .*, got "1e400"$/);
test.serial(refused, 'train --lr NaN --epochs -1 --seed 2.5', /--seed.*\n.*--epochs.*\n.*--lr/);
test.serial(refused, "train --out ''", /--out: expected a path, got ""$/);
test.serial(refused, 'train --run Up', /--run: expected 1 to 63 characters/);
test.serial(refused, 'train --config none.yaml', /--config none\.yaml does not exist/);
test.serial(refused, 'train --config c.yaml', /did you mean "batch-size"\?$/, {
  'c.yaml': 'batchSize: 3',
});
test.serial(refused, 'train --config c.json', /folds in c\.json: expected .*, got "3"$/, {
  'c.json': '{"folds": "3"}',
});
test.serial(refused, 'train --data nowhere', /--data "nowhere" is neither a known dataset/);
test.serial(
  refused,
  'train --data /no/pe',
  /--data \/no\/pe does not exist\. docs\/data\.md tells/,
);
test.serial(refused, 'train --data images', /images lacks train-labels/, { [IMAGES]: '' });
test.serial(
  refused,
  'train --data tiny',
  /tiny\/t10k-labels\S+ has label 5 \(image 1\), which no/,
  {
    ...tinyFolder({ [TEST_LABELS]: idxLabels([1, 5]) }),
  },
);
test.serial(refused, 'train --data tiny --folds 2', /at least 8×8 pixels/, tinyFolder());
test.serial(refused, 'train --folds 601', /--folds 601 with stratification needs at least 601/);
test.serial(refused, 'train --limit 20 --folds 3', /too few of: T-shirt\/top \(2\)/);
test.serial(refused, 'train --no-stratify --limit 2 --folds 3', /needs at least 3 training images/);
test.serial(refused, 'train --fold-map none.json', /--fold-map none\.json does not exist/);
test.serial(refused, 'train --fold-map m.json', /--fold-map m\.json is no JSON/, { 'm.json': '{' });
test.serial(refused, 'train --fold-map map.json', /map\.json: index 3 is in no fold/, {
  'map.json': '{"validation": [[0, 1], [2]]}',
});
test.serial(refused, 'train --config loop.yaml', /^error: .*loop\.yaml: folds: .* got a list$/, {
  'loop.yaml': 'folds: &a [*a]',
});
test.serial(refused, 'train --config keys.yaml', /^error: .* name of a setting .* got a list$/, {
  'keys.yaml': '? [a, b]\n: 3',
});
test.serial(refused, 'train --config /dev/zero', /--config \/dev\/zero is a device/);
test.serial(refused, 'train --fold-map /dev/zero', /--fold-map \/dev\/zero is a device/);
test.serial(refused, 'train --fold-map s.json', /--fold-map s\.json: schema: expected 1, got 2$/, {
  's.json': '{"schema": 2, "validation": []}',
});
test.serial(refused, 'train --fold-map lines.json', /lines\.json is no JSON: [^\n]*$/, {
  'lines.json': '{"a":\n\n x}',
});
const NETWORK = (units: number, shape: readonly (number | null)[] = [null, 28, 28, 1]): string =>
  JSON.stringify({
    class_name: 'Sequential',
    config: {
      layers: [
        { class_name: 'Flatten', config: { batch_input_shape: shape } },
        { class_name: 'Dense', config: { units, activation: 'softmax' } },
      ],
    },
  });
const NETWORKS: readonly (readonly [line: string, expected: RegExp, text: string])[] = [
  ['train --architecture broken', /--architecture broken is no JSON/, '{"a":'],
  ['train --architecture large', /large is larger than 1 MiB/, ' '.repeat(2 ** 20 + 1)],
  [
    'train --architecture graph',
    /graph is a tfjs graph model, expected a layers model$/,
    '{"format":"graph-model","modelTopology":{"node":[]}}',
  ],
  [
    'train --architecture seven',
    /--architecture seven gives outputs of the shape \[null,7\], but for 10 classes/,
    NETWORK(7),
  ],
  [
    'coordinator --architecture coloured',
    /takes inputs of the shape \[null,8,8,3\], but the images are \[null,28,28,1\]/,
    NETWORK(10, [null, 8, 8, 3]),
  ],
  [
    'train --architecture net --dropout 0.5',
    /--dropout is for the network of the paper/,
    NETWORK(10),
  ],
  [
    'train --architecture wide --limit 600 --batch-size 400',
    /"up_sampling2_d_1" hands on 321,126,400 numbers .* take --batch-size 334 or less$/,
    JSON.stringify(widened(NETWORK(10))),
  ],
];
for (const [line, expected, text] of NETWORKS) {
  test.serial(refused, line, expected, { [line.split(' ')[2]!]: text });
}
test.serial(refused, 'train --architecture none.json', /--architecture none\.json does not exist/);
test.serial(refused, 'train --architecture .', /--architecture \. is a folder, expected a file/);

/** The same network behind a layer that makes images 1024 times as large. */
function widened(network: string): object {
  const { config, ...rest } = JSON.parse(network) as { config: { layers: object[] } };
  const wide = {
    class_name: 'UpSampling2D',
    config: { size: [32, 32], batch_input_shape: [null, 28, 28, 1] },
  };
  const narrow = { class_name: 'MaxPooling2D', config: { pool_size: [32, 32] } };
  return { ...rest, config: { layers: [wide, narrow, ...config.layers] } };
}

test.serial(refused, 'train --out full', /--out full: the folder is not empty/, { 'full/a': '' });
test.serial(refused, 'train --out file', /--out file: it is not a folder/, { file: '' });
test.serial(
  refused,
  'coordinator --listen 0.0.0.0:0',
  /--listen 0\.0\.0\.0:0: other machines.*--insecure/,
);
test.serial(refused, 'coordinator --listen [::]:0', /--insecure/);
test.serial(refused, 'coordinator --listen 50051', /--listen: expected HOST:PORT/);
test.serial(refused, 'coordinator --workers 2', /unknown option '--workers'/);
test.serial(refused, 'worker --coordinator localhost:0', /--coordinator: expected HOST:PORT/);
test.serial(refused, 'worker --epochs 3', /unknown option '--epochs'/);

for (const option of ['--config', '--fold-map']) {
  test(`a named pipe for ${option} is refused instead of waited for`, async (t) => {
    await withFolder(async (cwd) => {
      await execa('mkfifo', ['pipe'], { cwd });
      const { exitCode, stderr } = await foldwise(['train', option, 'pipe'], { cwd });
      t.is(stderr, `error: ${option} pipe is a device, pipe or socket, expected a file`);
      t.is(exitCode, 2);
    });
  });
}

test('without a command, help says what there is', async (t) => {
  await withFolder(async (cwd) => {
    const { exitCode, stdout, stderr } = await foldwise([], { cwd });
    t.is(exitCode, 2);
    t.is(stdout, '');
    t.regex(stderr, /^Usage: foldwise/);
    t.regex(stderr, /train .*\n.*coordinator .*\n.*worker /);
  });
});

for (const command of ['', 'train', 'coordinator', 'worker', 'engine', 'doctor']) {
  test(`help is asked for: foldwise ${command} --help`, async (t) => {
    await withFolder(async (cwd) => {
      const args = [...(command === '' ? [] : [command]), '--help'];
      const { exitCode, stdout, stderr } = await foldwise(args, { cwd });
      t.is(exitCode, 0);
      t.is(stderr, '');
      t.true(stdout.startsWith(`Usage: foldwise ${command}`));
      t.notRegex(stdout, /undefined|\[object/);
      for (const line of stdout.split('\n')) t.true(line.length <= 85, line);
    });
  });
}

test('a log level that does not exist is refused', async (t) => {
  await withFolder(async (cwd) => {
    const { exitCode, stderr } = await foldwise(['worker'], { cwd, env: { FOLDWISE_LOG: 'loud' } });
    t.is(exitCode, 2);
    t.regex(stderr, /^error: FOLDWISE_LOG: expected one of .*, got "loud"$/);
  });
});
