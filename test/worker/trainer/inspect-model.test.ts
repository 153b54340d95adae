import { execFileSync } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { DataError } from '../../../shared/errors.ts';
import { inspectModel } from '../../../worker/trainer/inspect-model.ts';
import { withFolder } from '../../helpers/tiny-fold.ts';

const SPECS = [
  { name: 'logits/kernel', shape: [4, 3], dtype: 'float32' },
  { name: 'logits/bias', shape: [3], dtype: 'float32' },
];
const LAYERS = [
  { class_name: 'InputLayer', config: { name: 'pixels', batch_input_shape: [null, 2, 2, 1] } },
  { class_name: 'Dense', config: { name: 'logits', units: 3 } },
];
/** The same layers, with what the second one takes. */
const chain = (inbound: unknown) =>
  LAYERS.map((layer, at) => ({
    ...layer,
    name: layer.config.name,
    inbound_nodes: at === 0 ? [] : inbound,
  }));
const FOLDWISE = {
  schema: 1,
  classes: ['a', 'b', 'c'],
  dataset: { name: 'tiny', digest: '0'.repeat(64), synthetic: true },
  fold: 1,
  seed: 2,
  image: { height: 2, width: 2, channels: 1 },
  normalisation: { mean: 100, std: 50 },
};
const WEIGHTS = new Uint8Array(new Float32Array(15).fill(0.5).buffer);

interface Changes {
  readonly layers?: unknown;
  readonly specs?: unknown;
  readonly paths?: unknown;
  readonly foldwise?: unknown;
  readonly format?: string;
}

const model = ({ layers = LAYERS, specs = SPECS, paths, foldwise, format }: Changes = {}) => ({
  format: format ?? 'layers-model',
  modelTopology: { class_name: 'Model', config: { layers } },
  weightsManifest: [{ paths: paths ?? ['weights.bin'], weights: specs }],
  ...(foldwise === undefined ? {} : { userDefinedMetadata: { foldwise } }),
});

async function withModel<T>(
  files: { readonly json?: unknown; readonly weights?: Uint8Array },
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const { json = model({ foldwise: FOLDWISE }), weights = WEIGHTS } = files;
  return withFolder(async (folder) => {
    const text = typeof json === 'string' ? json : JSON.stringify(json);
    await writeFile(path.join(folder, 'model.json'), text);
    await writeFile(path.join(folder, 'weights.bin'), weights);
    return use(folder);
  });
}

test('a saved model tells its images, and what it says of itself', async (t) => {
  const found = await withModel({}, inspectModel);
  t.deepEqual(found.input, { height: 2, width: 2, channels: 1 });
  t.deepEqual(found.metadata, FOLDWISE as unknown as typeof found.metadata);
  t.is(found.info.weightsBytes, 60);
});

test('layers may say what they take', async (t) => {
  const json = model({ layers: chain([[['pixels', 0, 0, {}]]]) });
  t.is((await withModel({ json }, inspectModel)).info.weightsBytes, 60);
});

test('how the data were limited and divided is read back', async (t) => {
  const dataset = { ...FOLDWISE.dataset, limit: 100, holdOut: { fraction: 0.2, seed: 3 } };
  const json = model({ foldwise: { ...FOLDWISE, dataset } });
  const { metadata } = await withModel({ json }, inspectModel);
  t.deepEqual(metadata?.dataset as unknown, dataset);
});

test('a model of another program needs to say no more than its input', async (t) => {
  const converted = {
    ...model(),
    modelTopology: { model_config: { class_name: 'Sequential', config: LAYERS } },
  };
  for (const json of [model(), converted, { ...model(), userDefinedMetadata: { other: 1 } }]) {
    const found = await withModel({ json }, inspectModel);
    t.is(found.metadata, undefined);
    t.is(found.input.width, 2);
  }
});

test('weights may be stored as smaller numbers', async (t) => {
  const quantization = { dtype: 'uint8', scale: 1, min: 0 };
  const json = model({ specs: SPECS.map((spec) => ({ ...spec, quantization })) });
  const found = await withModel({ json, weights: new Uint8Array(15) }, inspectModel);
  t.is(found.info.weightsBytes, 15);
});

const nan = Float32Array.from({ length: 15 }, (_, index) => (index === 13 ? NaN : 1));
const hostile: Record<string, { json?: unknown; weights?: Uint8Array; message: RegExp }> = {
  'text that is no JSON': { json: 'no JSON', message: /model\.json is no JSON, and so no model/ },
  'an empty file': { json: '', message: /model\.json is no JSON/ },
  'a list': { json: [], message: /is no tfjs layers model/ },
  'an empty object': { json: {}, message: /is no tfjs layers model: modelTopology/ },
  'a graph model': {
    json: { format: 'graph-model', modelTopology: {} },
    message: /is a tfjs graph model, expected a layers model/,
  },
  'truncated weights': {
    weights: WEIGHTS.subarray(0, 59),
    message: /weights\.bin has 59 bytes, but model\.json describes 60: it is cut short/,
  },
  'weights of another model': {
    weights: new Uint8Array(64),
    message: /has 64 bytes, but model\.json describes 60: it belongs to another model/,
  },
  'weights that are no numbers': {
    weights: new Uint8Array(nan.buffer),
    message: /weights\.bin holds weights that are no numbers, in "logits\/bias"/,
  },
  'a weight of infinity': {
    weights: new Uint8Array(new Float32Array(15).fill(-Infinity).buffer),
    message: /no numbers, in "logits\/kernel"/,
  },
  'shapes that no memory holds': {
    json: model({ specs: [{ name: 'w', shape: [2 ** 31, 2 ** 31], dtype: 'float32' }] }),
    message: /weights\.bin has 60 bytes, but model\.json describes \d/,
  },
  'a shape below zero': {
    json: model({ specs: [{ name: 'w', shape: [-1], dtype: 'float32' }] }),
    message: /is no tfjs layers model: weightsManifest\.0\.weights\.0\.shape\.0/,
  },
  'weights of text': {
    json: model({ specs: [{ name: 'w', shape: [15], dtype: 'string' }] }),
    message: /the weights "w" of .* are of the type "string", expected one of float32/,
  },
  'weights in several files': {
    json: model({ paths: ['group1-shard1of2.bin', 'group1-shard2of2.bin'] }),
    message:
      /keeps its weights in \["group1-shard1of2\.bin",.*expected all in one file, weights\.bin/,
  },
  'weights elsewhere': {
    json: model({ paths: ['../../etc/passwd'] }),
    message: /keeps its weights in \["\.\.\/\.\.\/etc\/passwd"\]/,
  },
  'a layer of a billion units': {
    json: model({
      layers: [LAYERS[0], { class_name: 'Dense', config: { name: 'logits', units: 1e9 } }],
    }),
    message: /has a layer with 1000000000 units, but no weights of that size: it is damaged/,
  },
  'no input shape': {
    json: model({ layers: [LAYERS[1]] }),
    message: /takes inputs of the shape it does not tell, expected images/,
  },
  'a shape that is no image': {
    json: model({ layers: [{ class_name: 'Dense', config: { batch_input_shape: [null, 784] } }] }),
    message: /takes inputs of the shape \[null,784\], expected images/,
  },
  'images of any size': {
    json: model({
      layers: [{ class_name: 'A', config: { batch_input_shape: [null, null, null, 1] } }],
    }),
    message: /takes inputs of the shape \[null,null,null,1\].*with fixed sizes/,
  },
  'enormous images': {
    json: model({
      layers: [{ class_name: 'A', config: { batch_input_shape: [null, 1e6, 1e6, 1] } }],
    }),
    message: /takes inputs of the shape \[null,1000000,1000000,1\]/,
  },
  'a layer that waits for one that is not there': {
    json: model({ layers: chain([[['nowhere', 0, 0]]]) }),
    message: /has a layer "logits" whose place among the others cannot be told/,
  },
  'a layer that waits for itself': {
    json: model({ layers: chain([[['logits', 0, 0]]]) }),
    message: /has a layer "logits" whose place/,
  },
  'a layer without a name': {
    json: model({
      layers: chain([[['pixels', 0, 0]]]).map((layer, at) =>
        at === 1 ? { ...layer, name: undefined } : layer,
      ),
    }),
    message: /has a layer "" whose place/,
  },
  'a use of a layer that it does not have': {
    json: model({ layers: chain([[['pixels', 1, 0]]]) }),
    message: /has a layer "logits" whose place/,
  },
  'a connection that says nothing': {
    json: model({ layers: chain([[[]]]) }),
    message: /is no tfjs layers model/,
  },
  'metadata of a later schema': {
    json: model({ foldwise: { ...FOLDWISE, schema: 2 } }),
    message: /userDefinedMetadata\.foldwise\.schema/,
  },
  'two classes of one name': {
    json: model({ foldwise: { ...FOLDWISE, classes: ['a', 'a', 'b'] } }),
    message: /foldwise\.classes: two classes have the same name/,
  },
  'metadata that are no object': {
    json: model({ foldwise: 'mine' }),
    message: /says nothing of use about its model: userDefinedMetadata\.foldwise/,
  },
  'metadata of other images': {
    json: model({ foldwise: { ...FOLDWISE, image: { height: 28, width: 28, channels: 1 } } }),
    message: /contradicts itself: its metadata say that images are 28×28×1, its first layer 2×2×1/,
  },
};

for (const [name, { message, ...files }] of Object.entries(hostile)) {
  test(`a model is refused in one sentence: ${name}`, async (t) => {
    await t.throwsAsync(withModel(files, inspectModel), { instanceOf: DataError, message });
  });
}

test('files that are missing, or no files, are named', async (t) => {
  await withModel({}, async (folder) => {
    const refuse = (message: RegExp) =>
      t.throwsAsync(inspectModel(folder), { instanceOf: DataError, message });
    execFileSync('rm', [path.join(folder, 'weights.bin')]);
    await refuse(/weights\.bin does not exist/);
    // Opening it would wait for a writer, for ever.
    execFileSync('mkfifo', [path.join(folder, 'weights.bin')]);
    await refuse(/weights\.bin is a device, pipe or socket, expected a file/);
    execFileSync('rm', [path.join(folder, 'model.json')]);
    await refuse(/model\.json does not exist/);
    await mkdir(path.join(folder, 'model.json'));
    await refuse(/model\.json is a folder, expected a file/);
  });
});

test('files too large for any model are refused unread', async (t) => {
  await withModel({}, async (folder) => {
    // Sparse files: they take no room on the disk.
    await truncate(path.join(folder, 'weights.bin'), 2 ** 30 + 1);
    await t.throwsAsync(inspectModel(folder), { message: /weights\.bin is larger than 1024 MiB/ });
    await truncate(path.join(folder, 'model.json'), 2 ** 26 + 1);
    await t.throwsAsync(inspectModel(folder), { message: /model\.json is larger than 64 MiB/ });
  });
});
