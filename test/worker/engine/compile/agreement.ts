import type { LayersModel, Optimizer, Tensor } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../../../shared/random.ts';
import { compile } from '../../../../worker/engine/compile/index.ts';
import { greatestDifference, tf } from '../../../helpers/tensorflow.ts';

const STEPS = 5;
const BATCH = 6;

/** What is trained in two ways: layers, and how they are applied. */
export interface Network {
  readonly model: LayersModel;
  /** `seed` is int32 [2], another at each step. Without it, the model is applied for training. */
  readonly apply?: (x: Tensor, seed: Tensor) => Tensor;
  /** The integers below which inputs are drawn; otherwise they are real numbers. */
  readonly vocabulary?: number;
}

export interface Training {
  /** Builds the same each time, but for first weights. */
  readonly build: () => Network;
  readonly optimizer: () => Optimizer;
}

/** Greatest differences between five steps op by op and the same five compiled. */
export interface Disagreement {
  /** Of the first loss, relative. */
  readonly first: number;
  /** Of all losses, relative. */
  readonly losses: number;
  /** Of what the models give for a batch as in training, afterwards; absolute. */
  readonly outputs: number;
  /** Of statistics, and other weights that no gradient moves, afterwards; absolute. */
  readonly statistics: number;
}

export async function disagreement(training: Training): Promise<Disagreement> {
  const eager = await train(training, runEagerly);
  const compiled = await train(training, runCompiled);
  const relative = eager.losses.map((loss, index) =>
    Math.abs((compiled.losses[index]! - loss) / Math.max(Math.abs(loss), 1e-3)),
  );
  return {
    first: relative[0]!,
    losses: Math.max(...relative),
    outputs: greatestDifference(eager.outputs, compiled.outputs),
    // One zero more: there may be none.
    statistics: greatestDifference([0, ...eager.statistics], [0, ...compiled.statistics]),
  };
}

/** Numbers in −1 … 1. */
export function drawn(length: number, seed: number): Float32Array {
  const random = createRandom(seed, 'synthetic');
  return Float32Array.from({ length }, () => random.nextFloat() * 2 - 1);
}

interface Parts {
  readonly apply: (x: Tensor, seed: Tensor) => Tensor;
  readonly optimizer: Optimizer;
  readonly shape: number[];
  readonly targets: Tensor;
  readonly batches: readonly Float32Array[];
}

interface Trained {
  readonly losses: readonly number[];
  readonly outputs: readonly number[];
  readonly statistics: readonly number[];
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

async function train(
  { build, optimizer: createOptimizer }: Training,
  run: (parts: Parts) => Promise<number[]>,
): Promise<Trained> {
  const { model, apply = applyTo(model), vocabulary } = build();
  setWeights(model);
  const sidesOf = ({ shape }: { shape: (number | null)[] }) => shape.map((side) => side ?? BATCH);
  const shape = sidesOf(model.inputs[0]!);
  const targetShape = sidesOf(model.outputs[0]!);
  const targets = tf.tensor(drawn(sizeOf(targetShape), 99), targetShape);
  const batches = Array.from({ length: STEPS }, (_, step) => {
    const values = drawn(sizeOf(shape), 1000 + step);
    return vocabulary ? values.map((value) => Math.floor(((value + 1) / 2) * vocabulary)) : values;
  });
  const optimizer = createOptimizer();
  const losses = await run({ apply, optimizer, shape, targets, batches });
  const outputs = tf.tidy(() => [
    ...apply(tf.tensor(batches[0]!, shape), tf.tensor1d([7, 0], 'int32')).dataSync(),
  ]);
  const statistics = model.nonTrainableWeights.flatMap((weight) => [...weight.read().dataSync()]);
  tf.dispose([targets]);
  optimizer.dispose();
  model.dispose();
  return { losses, outputs, statistics };
}

const applyTo = (model: LayersModel) => (x: Tensor) => model.apply(x, { training: true }) as Tensor;

/** Makes the weights of two models alike, whatever initialised them. */
function setWeights(model: LayersModel): void {
  tf.tidy(() => {
    const weights = model.weights.map(({ name, shape }, index) => {
      const values = drawn(sizeOf(shape as number[]), index).map((value) => value / 2);
      const isPositive = /variance|gamma/.test(name);
      const chosen = isPositive ? values.map((value) => value + 1) : values;
      return tf.tensor(chosen, shape as number[]);
    });
    model.setWeights(weights);
  });
}

type Step = (inputs: { readonly x: Tensor; readonly seed: Tensor }) => { readonly loss: Tensor };

/** One step of ordinary tfjs code. */
const stepOf =
  ({ apply, optimizer, targets }: Parts): Step =>
  ({ x, seed }) => ({
    loss: optimizer.minimize(
      () => tf.losses.meanSquaredError(targets, apply(x, seed)).asScalar(),
      true,
    )!,
  });

function runEagerly(parts: Parts): Promise<number[]> {
  const step = stepOf(parts);
  const losses = parts.batches.map((batch, index) =>
    tf.tidy(() => {
      const seed = tf.tensor1d([7, index], 'int32');
      return step({ x: tf.tensor(batch, parts.shape), seed }).loss.dataSync()[0]!;
    }),
  );
  return Promise.resolve(losses);
}

async function runCompiled(parts: Parts): Promise<number[]> {
  const compiled = compile(tf, stepOf(parts), {
    inputs: {
      x: { shape: parts.shape, dtype: 'float32' },
      seed: { shape: [2], dtype: 'int32' },
    },
    isRechecked: false,
  });
  const losses: number[] = [];
  for (const [index, x] of parts.batches.entries()) {
    const { loss } = await compiled.run({ x, seed: Int32Array.of(7, index) });
    losses.push(loss.values[0]!);
  }
  await compiled.store();
  await compiled.close();
  return losses;
}
