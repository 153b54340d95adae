import test, { type ExecutionContext } from 'ava';
import type { LayersModel, Rank, Tensor, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { FoldAssignment } from '../../../../shared/domain.ts';
import { DataError } from '../../../../shared/errors.ts';
import { FUSED_WANTED } from '../../../../worker/engine/layers.ts';
import { buildArchitecture } from '../../../../worker/trainer/architecture/build-architecture.ts';
import { readArchitecture } from '../../../../worker/trainer/architecture/read-architecture.ts';
import { createDeviceData } from '../../../../worker/trainer/device-data.ts';
import { createEagerStep } from '../../../../worker/trainer/eager-step.ts';
import { createNetwork } from '../../../../worker/trainer/network.ts';
import { createAdam } from '../../../../worker/trainer/optimizer.ts';
import { encodeModel, modelMetadata } from '../../../../worker/trainer/save.ts';
import { defineStep, parametersOf } from '../../../../worker/trainer/step.ts';
import { createUntrained } from '../../../../worker/trainer/untrained.ts';
import {
  type ArchitectureName,
  ARCHITECTURES,
  architectureText,
} from '../../../helpers/architectures.ts';
import { kerasModel } from '../../../helpers/keras-model.ts';
import { greatestDifference, leftTensors, tf } from '../../../helpers/tensorflow.ts';
import { tinyAssignment, tinyDataset } from '../../../helpers/tiny-fold.ts';

const { image } = tinyDataset;
const use = { image, classCount: 3 };
const normalisation = { mean: 120, std: 60 };
const texts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.keys(ARCHITECTURES).map((name) => [
      name,
      architectureText(tf, name as ArchitectureName, use),
    ]),
  ),
  keras: JSON.stringify(kerasModel([image.height, image.width, image.channels], 3)),
};

const untrained = (name: string, changes: Partial<FoldAssignment> = {}) =>
  createUntrained(tf, tinyAssignment({ architecture: texts[name]!, ...changes }), normalisation);
const values = (tensor: Tensor) => [...tensor.dataSync()];
const weightsOf = (model: LayersModel) => model.getWeights().map(values);
const pixels = (count: number) =>
  tf.round(tf.randomUniform<Rank.R4>([count, image.height, image.width, 1], 0, 255, 'float32', 1));

/** Some steps of training; their losses. */
async function train(model: LayersModel, steps: number): Promise<readonly number[]> {
  const network = createNetwork(tf, model, 'it');
  const data = createDeviceData(tf, tinyDataset.train, use);
  const adam = createAdam(tf, parametersOf(model), { weightDecay: 0 });
  const step = createEagerStep(tf, defineStep(tf, { network, data, adam }), { dropoutSeed: 7 });
  for (let number = 0; number < steps; number++) {
    const indices = Int32Array.from({ length: 45 }, (_, index) => (index * 2 + number) % 90);
    await step.run({ indices, learningRate: 5e-3, step: number });
  }
  const { losses } = await step.take();
  await step.dispose();
  adam.dispose();
  data.dispose();
  return losses;
}

for (const name of Object.keys(texts)) {
  test.serial(`a network is built, trained twice alike, and disposed of: ${name}`, async (t) => {
    let first: { losses: readonly number[]; weights: unknown } | undefined;
    const run = async () => {
      const model = await untrained(name);
      const losses = await train(model, 25);
      const weights = weightsOf(model);
      model.dispose();
      return { losses, weights };
    };
    const left = await leftTensors(async () => (first = await run()));
    t.is(left, 0);
    const { losses } = first!;
    const ends = [losses.slice(0, 5), losses.slice(-5)].map((some) => some.reduce((a, b) => a + b));
    t.true(ends[1]! < ends[0]!, losses.join());
    t.deepEqual(await run(), first!);
  });

  test.serial(
    `a trained network is opened by stock tfjs, which predicts the same: ${name}`,
    async (t) => {
      const model = await untrained(name);
      await train(model, 2);
      const metadata = modelMetadata(tinyAssignment(), normalisation);
      const { topology, weights } = await encodeModel(tf, model, metadata);
      const json = JSON.parse(new TextDecoder().decode(topology)) as Parameters<
        typeof tf.io.getModelArtifactsForJSONSync
      >[0];
      const stock = await tf.loadLayersModel(
        tf.io.fromMemory({
          modelTopology: json.modelTopology,
          weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
          weightData: Uint8Array.from(weights).buffer,
        }),
      );
      const x = pixels(6);
      const wanted = predictedBy(stock, x);
      if (wanted) t.deepEqual(values(model.predict(x) as Tensor), wanted);
      else t.log('stock tfjs cannot compute it on this processor');
      const probabilities = tf.softmax<Tensor2D>(createNetwork(tf, stock, 'it').infer(x));
      const own = model.apply(x, { training: false, ...FUSED_WANTED }) as Tensor;
      t.true(greatestDifference(values(probabilities), wanted ?? values(own)) < 1e-6);
    },
  );
}

/** Undefined where TensorFlow has no kernel: for dilated separable convolutions, without oneDNN. */
function predictedBy(stock: LayersModel, x: Tensor): number[] | undefined {
  try {
    return values(stock.predict(x) as Tensor);
  } catch (error) {
    if (!/Invalid TF_Status: 12\b/.test(String(error))) throw error;
    return undefined;
  }
}

test.serial(
  'initial weights follow from seed, fold and names, and differ between them',
  async (t) => {
    const drawn = async (changes: Partial<FoldAssignment>) =>
      weightsOf(await untrained('recurrent', changes));
    const first = await drawn({});
    t.deepEqual(await drawn({ attempt: 5 }), first);
    t.notDeepEqual(await drawn({ seed: 6 }), first);
    t.notDeepEqual(await drawn({ fold: 0 }), first);
    // The two directions of a Bidirectional layer come from one configuration.
    const [forward, , , backward] = first;
    t.notDeepEqual(forward, backward);
  },
);

test.serial(
  'weights are drawn by the initializers of the file, whatever seed it has',
  async (t) => {
    const of = (kernelInitializer: object, seed = 1) => {
      const layers = [
        { class_name: 'Flatten', config: { batch_input_shape: [null, 10, 10, 1] } },
        { class_name: 'Dense', config: { units: 3, kernel_initializer: kernelInitializer } },
      ];
      const text = JSON.stringify({ class_name: 'Sequential', config: { layers } });
      return buildArchitecture(tf, readArchitecture(text, 'it'), { seed, fold: 0, shownAs: 'it' });
    };
    const kernelOf = async (...args: Parameters<typeof of>) => weightsOf(await of(...args))[0]!;
    const constant = await kernelOf({ class_name: 'Constant', config: { value: 0.5 } });
    t.deepEqual(new Set(constant), new Set([0.5]));
    const uniform = { class_name: 'RandomUniform', config: { minval: 1, maxval: 2, seed: 9 } };
    const [one, other] = [await kernelOf(uniform), await kernelOf(uniform, 2)];
    t.true(one.every((value) => value >= 1 && value <= 2));
    t.notDeepEqual(one, other);
    for (const name of [
      'GlorotNormal',
      'HeUniform',
      'LeCunNormal',
      'TruncatedNormal',
      'Orthogonal',
    ]) {
      const drawn = await kernelOf({ class_name: name, config: {} });
      t.deepEqual(await kernelOf({ class_name: name, config: {} }), drawn, name);
      t.true(new Set(drawn).size > 200, name);
    }
  },
);

test.serial('what is saved has the configuration of the file, without our seeds', async (t) => {
  const model = await untrained('mlp');
  const saved = JSON.stringify(model.toJSON(null, false));
  t.notRegex(saved, /"seed":[1-9]/);
  t.regex(saved, /"class_name":"Rescaling","config":{"scale":[^}]*"name":"standardise"/);
});

test.serial('pixels are standardised in front, or scaled by the network itself', async (t) => {
  const first = (model: LayersModel) =>
    model.layers.filter((layer) => layer.getClassName() !== 'InputLayer')[0]!.getConfig();
  t.like(first(await untrained('residual')), { name: 'standardise', scale: 1 / 60, offset: -2 });
  t.like(first(await untrained('nested')), { name: 'standardise' });
  const scaled = await untrained('scaled');
  t.like(first(scaled), { scale: 1 / 255 });
  t.is(scaled.layers.filter((layer) => layer.getClassName() === 'Rescaling').length, 1);
});

test.serial('regularizers add to the loss, each once', async (t) => {
  const model = await untrained('recurrent');
  const { penalty } = createNetwork(tf, model, 'it');
  const kernel = model.weights
    .find(({ originalName }) => /gru.*\/kernel$/.test(originalName))!
    .read();
  const wanted = tf.add(tf.sum(tf.abs(kernel)), tf.sum(tf.square(kernel))).mul(0.01);
  t.true(Math.abs(values(penalty()!)[0]! - values(wanted)[0]!) < 1e-6);
  t.is(createNetwork(tf, await untrained('scaled'), 'it').penalty(), null);
});

const refuses = async (t: ExecutionContext, json: object, message: RegExp) => {
  const architecture = JSON.stringify(json);
  const assignment = tinyAssignment({ architecture });
  const error = await t.throwsAsync(createUntrained(tf, assignment, normalisation), {
    instanceOf: DataError,
    message,
  });
  t.false(error.message.includes('\n'));
};
const stack = (...layers: object[]) => ({ class_name: 'Sequential', config: { layers } });
const flatten = { class_name: 'Flatten', config: { batch_input_shape: [null, 10, 10, 1] } };
const dense = (units: number, config: object = {}) => ({
  class_name: 'Dense',
  config: { units, ...config },
});

test.serial('networks that do not fit, or that tfjs cannot build, are refused', async (t) => {
  await refuses(
    t,
    stack(flatten, dense(4)),
    /outputs of the shape \[null,4\], but for 3 classes they must be \[null,3\]/,
  );
  const other = { ...flatten, config: { batch_input_shape: [null, 28, 28, 1] } };
  await refuses(
    t,
    stack(other, dense(3)),
    /the shape \[null,28,28,1\], but the images are \[null,10,10,1\]/,
  );
  await refuses(
    t,
    stack(flatten, { class_name: 'Lambda', config: {} }),
    /kind of layer that tfjs does not know: Lambda/,
  );
  await refuses(
    t,
    stack(flatten, dense(3, { activation: 'magic' })),
    /kind of activation .*: magic/,
  );
  await refuses(t, stack(flatten, dense(-1)), /cannot be built by tfjs/);
  const twins = stack(
    flatten,
    stack(dense(5, { name: 'x', input_shape: [100] })),
    dense(3, { name: 'x' }),
  );
  await refuses(t, twins, /two weights "x\/kernel"|cannot be built/);
  const tooDeep = stack(
    {
      class_name: 'Conv2D',
      config: { filters: 2, kernel_size: 30, batch_input_shape: [null, 10, 10, 1] },
    },
    { class_name: 'Flatten', config: {} },
    dense(3),
  );
  await refuses(t, tooDeep, /layer "conv2_d_1" gives the shape \[null,-19,-19,2\]|cannot be built/);
});

test('of a network that is too large no weight is drawn', async (t) => {
  const huge = (texts['keras'] ?? '').replaceAll(/"units":\d+/g, '"units":1000000000');
  t.not(huge, texts['keras']);
  await t.throwsAsync(createUntrained(tf, tinyAssignment({ architecture: huge }), normalisation), {
    instanceOf: DataError,
    message: /has more than the 268435456 parameters allowed/,
  });
});
