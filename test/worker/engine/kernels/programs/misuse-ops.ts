/** Gives the ops of our own what they cannot take; prints what they say. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { asError } from '../../../../../shared/errors.ts';
import { loadTensorFlow } from '../../../../../worker/engine/load.ts';
import { hasOwnOps } from '../../../../../worker/engine/own-ops.ts';
import { runOp } from '../../../../../worker/engine/raw-op.ts';

const tf = loadTensorFlow();
hasOwnOps(tf);

const NORM = { epsilon: { float: 1e-3 }, relu: { bool: true } };
const ADAM = { beta1: { float: 0.9 }, beta2: { float: 0.999 }, weight_decay: { float: 0 } };
const zeros = (...shape: number[]): Tensor => tf.zeros(shape);

const norm = { x: [2, 4, 4, 3], gamma: [3], beta: [3], window: [2, 2] };
const slopes = {
  ...{ dy: [2, 2, 2, 3], x: [2, 4, 4, 3], selected: [2, 2, 2, 3], gamma: [3] },
  ...{ mean: [3], scale: [3], offset: [3], window: [2, 2] },
};
const adam = { parameter: [5], first: [5], second: [5], gradient: [5], rate: [], epsilon: [] };

type Shapes = Readonly<Record<string, readonly number[]>>;
const of = (
  op: string,
  shapes: Shapes,
  attributes: typeof NORM | typeof ADAM,
  outputs: number,
  ...changes: Shapes[]
) => [{}, ...changes].map((change) => ({ op, shapes, change, attributes, outputs }));

const CASES = [
  ...of(
    'FoldwiseNormPool',
    norm,
    NORM,
    6,
    ...[[], [2], [2, 4, 4], [1, 2, 4, 4, 3]].map((x) => ({ x })),
  ),
  ...of(
    'FoldwiseNormPool',
    norm,
    NORM,
    6,
    ...[
      [0, 4, 4, 3],
      [2, 4, 4, 0],
    ].map((x) => ({ x })),
  ),
  ...of('FoldwiseNormPool', norm, NORM, 6, { gamma: [2] }, { gamma: [] }, { beta: [3, 1] }),
  ...of('FoldwiseNormPool', norm, NORM, 6, { beta: [0] }, { window: [5, 2] }, { window: [4] }),
  ...of('FoldwiseNormPool', norm, NORM, 6, { window: [0, 2] }, { window: [2, 2, 2] }),
  ...of('FoldwiseNormPoolGrad', slopes, NORM, 3, { dy: [2, 4, 4, 3] }, { dy: [] }, { x: [3] }),
  ...of('FoldwiseNormPoolGrad', slopes, NORM, 3, { selected: [1] }, { x: [2, 6, 4, 3] }),
  ...of('FoldwiseNormPoolGrad', slopes, NORM, 3, { mean: [2] }, { gamma: [] }, { offset: [4] }),
  ...of('FoldwiseNormPoolGrad', slopes, NORM, 3, { scale: [1] }, { window: [3, 2] }, { x: [] }),
  ...of('FoldwiseAdam', adam, ADAM, 3, { gradient: [4] }, { first: [] }, { second: [5, 1] }),
  ...of('FoldwiseAdam', adam, ADAM, 3, { rate: [0] }, { epsilon: [2] }, { parameter: [0] }),
];

function outcome({ op, shapes, change, attributes, outputs }: (typeof CASES)[number]): string {
  return tf.tidy(() => {
    const inputs = Object.values({ ...shapes, ...change }).map((shape) => zeros(...shape));
    try {
      for (const tensor of runOp(tf, op, { inputs, attributes }, outputs)) tensor.dataSync();
      return 'done';
    } catch (error) {
      return asError(error).message;
    }
  });
}

const told = CASES.map((one) => ({
  op: one.op,
  isFit: Object.keys(one.change).length === 0,
  change: JSON.stringify(one.change),
  outcome: outcome(one),
}));
process.stdout.write(JSON.stringify(told));
