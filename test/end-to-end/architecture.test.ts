import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execaNode } from 'execa';
import sharp from 'sharp';
import { ensureEngine } from '../../worker/engine/ensure.ts';
import type { TensorFlow } from '../../worker/engine/load.ts';
import { type ArchitectureName, architectureText } from '../helpers/architectures.ts';
import { foldwise } from '../helpers/foldwise.ts';
import { kerasModel } from '../helpers/keras-model.ts';
import { makeData } from '../helpers/random-data.ts';

const STOCK = fileURLToPath(new URL('../helpers/predict-with-stock-tfjs.ts', import.meta.url));
const SIDE = 28;
const data = { image: { height: SIDE, width: SIDE, channels: 1 }, classCount: 10 };
const { resolve } = createRequire(import.meta.url);
const loadBeside = createRequire(resolve('@tensorflow/tfjs-node-gpu/package.json'));
/** Plain tfjs, in JavaScript. */
const tf = loadBeside('@tensorflow/tfjs') as TensorFlow;
let dir = '';
let pictures = '';

interface Report {
  readonly run: { readonly config: Record<string, unknown> };
  readonly network: Record<string, unknown>;
  readonly folds: readonly { readonly model: { readonly weightsDigest: string } }[];
  readonly test: { readonly loss: number; readonly accuracy: number };
}

test.before(async () => {
  await ensureEngine({ onProgress: () => undefined });
  dir = await mkdtemp(path.join(tmpdir(), 'foldwise-test-'));
  pictures = path.join(dir, 'pictures');
  await makeData(pictures, SIDE);
});
test.after.always(() => rm(dir, { recursive: true, force: true }));

/** Trains as briefly as can be; the report. */
async function train(name: string, text: string, ...more: readonly string[]): Promise<Report> {
  const file = path.join(dir, `${name}.json`);
  const out = path.join(dir, `${name}${more.join('')}`);
  await writeFile(file, text);
  const size = ['--data', pictures, '--epochs', '1', '--folds', '2', '--threads', '1'];
  const how = ['--architecture', file, '--quiet'];
  const args = ['train', ...size, ...how, '--out', out];
  const { exitCode, stderr } = await foldwise([...args, ...more]);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(await readFile(path.join(out, 'report.json'), 'utf8')) as Report;
}

const networks = (['residual', 'recurrent'] as ArchitectureName[]).map(
  (name) => [name, () => architectureText(tf, name, data)] as const,
);
for (const [name, textOf] of [
  ...networks,
  ['keras', () => JSON.stringify(kerasModel([SIDE, SIDE, 1], 10))] as const,
]) {
  test.serial(
    `a network of a file is trained, tested, and its model opened by stock tfjs: ${name}`,
    async (t) => {
      t.timeout(300_000);
      const text = textOf();
      const { network, run, test: tested } = await train(name, text);
      t.is(network['file'], `${name}.json`);
      t.is(network['digest'], createHash('sha256').update(text).digest('hex'));
      t.true(Number(network['parameters']) > 100);
      t.is(run.config['architecture'], path.join(dir, `${name}.json`));
      t.false('dropout' in run.config);
      const model = path.join(dir, name, 'model');
      const args = ['--model', model, '--data', pictures, '--threads', '1', '--json'];
      const scored = await foldwise(['evaluate', ...args]);
      t.is(scored.exitCode, 0, scored.stderr);
      t.like((JSON.parse(scored.stdout) as Report).test, {
        loss: tested.loss,
        accuracy: tested.accuracy,
      });
      const pixels = Array.from({ length: SIDE * SIDE }, (_, index) => (index * 37) % 256);
      const picture = path.join(dir, 'picture.png');
      const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
      await sharp(Uint8Array.from(pixels), { raw }).toColourspace('b-w').png().toFile(picture);
      const said = await foldwise([
        'predict',
        '--model',
        model,
        '--preprocess',
        'none',
        '--json',
        picture,
      ]);
      t.is(said.exitCode, 0, said.stderr);
      const { probabilities } = JSON.parse(said.stdout) as {
        probabilities: Record<string, number>;
      };
      const nodeOptions = ['--import', import.meta.resolve('tsx')];
      const stock = await execaNode(STOCK, [model, String(SIDE)], {
        nodeOptions,
        input: JSON.stringify(pixels),
      });
      const { values } = JSON.parse(stock.stdout.split('\n').at(-1)!) as { values: number[] };
      for (const [index, found] of Object.values(probabilities).entries()) {
        t.true(Math.abs(found - values[index]!) < 1e-5, `${found} ${values[index]}`);
      }
    },
  );
}

test.serial('the same seed gives the same weights', async (t) => {
  t.timeout(300_000);
  const text = architectureText(tf, 'noisy', data);
  const digests = async (...more: string[]) =>
    (await train('noisy', text, ...more)).folds.map(({ model }) => model.weightsDigest);
  t.deepEqual(await digests('--run', 'first'), await digests('--run', 'second'));
});

test.serial('a network that tfjs builds but cannot train fails at once, saying why', async (t) => {
  t.timeout(300_000);
  const layer = (kind: string, config: object) => ({ class_name: kind, config });
  const layers = [
    layer('Reshape', {
      target_shape: [SIDE, SIDE, 1, 1],
      batch_input_shape: [null, SIDE, SIDE, 1],
    }),
    layer('Conv3DTranspose', { filters: 2, kernel_size: 1 }),
    layer('Flatten', {}),
    layer('Dense', { units: 10, activation: 'softmax' }),
  ];
  const text = JSON.stringify({ class_name: 'Sequential', config: { layers } });
  const error = await t.throwsAsync(train('untrainable', text));
  t.regex(
    error.message,
    /fold \d failed at attempt 1: the network cannot be trained by tfjs: .*gradient/,
  );
  t.notRegex(error.message, /\n\s+at /);
});
