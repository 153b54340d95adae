/**
 * Runs the ops of our own over enough numbers that several threads share them; prints a digest of
 * what came of it, each time that it is done.
 */
import { createHash } from 'node:crypto';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../../../../shared/random.ts';
import { createProgram } from '../../../../../worker/engine/compile/index.ts';
import { CompiledFunction } from '../../../../../worker/engine/compile/compile.ts';
import { loadTensorFlow } from '../../../../../worker/engine/load.ts';
import { normPool } from '../../../../../worker/engine/norm-pool.ts';
import { runOp } from '../../../../../worker/engine/raw-op.ts';

const TIMES = 6;
const SHAPE = [24, 31, 30, 33] as const;
const NUMBERS = 200_001;

const tf = loadTensorFlow();
const random = createRandom(5, 'synthetic');
const draw = (shape: readonly number[], scale = 1): Tensor => {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  random.fillUniform(values, -scale, scale);
  return tf.variable(tf.tensor(values, [...shape]), false);
};
const pools = [
  { x: draw(SHAPE), gamma: draw([33]), beta: draw([33]), window: [2, 2] as const },
  { x: draw(SHAPE), gamma: draw([33]), beta: draw([33]), window: [3, 2] as const },
];
const [parameter, first, second] = [draw([NUMBERS]), draw([NUMBERS]), draw([NUMBERS]).square()];
const slope = draw([NUMBERS]);
const [pixels, outputSlopes] = [draw([24, 30, 30, 2]), draw([24, 30, 30, 37])];
const [filters, biases] = [draw([3, 3, 2, 37]), draw([37])];
// Moments among which the smallest floats are, which threads must not treat differently.
const tiny = second.mul(1e-38);

function filterGradients(rate: Tensor): [Tensor, Tensor] {
  const inputs = [pixels.mul(rate), outputSlopes, filters, biases];
  const attributes = {
    ...{ stride_rows: { int: 1 }, stride_columns: { int: 1 } },
    ...{ pad_rows: { int: 1 }, pad_columns: { int: 1 } },
  };
  return runOp(tf, 'FoldwiseConvFilterGrad', { inputs, attributes }, 2) as [Tensor, Tensor];
}

/** Two poolings, neither of which waits for the other, Adam, and the first convolution. */
const step = ({ rate }: { readonly rate: Tensor }): Record<string, Tensor> => {
  const pooled = pools.flatMap(({ x, gamma, beta, window }, index) => {
    const { value, grads } = tf.valueAndGrads((...given: Tensor[]) => {
      const [images, scale, offset] = given as [Tensor4D, Tensor1D, Tensor1D];
      const args = { x: images, gamma: scale, beta: offset, epsilon: 1e-3, window, relu: true };
      return normPool(tf, { ...args, onStatistics: () => undefined }).square();
    })([x.mul(rate), gamma, beta]);
    return [value, ...grads].map((tensor, part) => [`${index}.${part}`, tensor] as const);
  });
  const moved = [second, tiny].flatMap((squares, index) => {
    const inputs = [parameter, first, squares, slope.mul(index === 0 ? 1 : 1e-20), rate, rate];
    const attributes = {
      beta1: { float: 0.9 },
      beta2: { float: 0.999 },
      weight_decay: { float: 0 },
    };
    const tensors = runOp(tf, 'FoldwiseAdam', { inputs, attributes }, 3);
    return tensors.map((tensor, part) => [`adam${index}.${part}`, tensor] as const);
  });
  const [filter, bias] = filterGradients(rate);
  return { ...Object.fromEntries([...pooled, ...moved]), filter, bias };
};

const program = createProgram(tf);
const compiled = new CompiledFunction(program, step, {
  inputs: { rate: { shape: [], dtype: 'float32' } },
});
const digests: string[] = [];
for (let time = 0; time < TIMES; time++) {
  const hash = createHash('sha256');
  const outputs = await compiled.run({ rate: 0.5 });
  for (const [name, { values }] of Object.entries(outputs)) hash.update(name).update(values);
  digests.push(hash.digest('hex'));
}
await program.close();
process.stdout.write(JSON.stringify(digests));
