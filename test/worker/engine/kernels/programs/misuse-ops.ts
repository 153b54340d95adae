/** Gives the ops of our own what they cannot take; prints what they say. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { asError } from '../../../../../shared/errors.ts';
import { loadTensorFlow } from '../../../../../worker/engine/load.ts';
import { hasOwnOps } from '../../../../../worker/engine/own-ops.ts';
import { type RawOp, runOp } from '../../../../../worker/engine/raw-op.ts';

const tf = loadTensorFlow();
hasOwnOps(tf);

const zeros = (...shape: number[]): Tensor => tf.zeros(shape);
const norm = { epsilon: { float: 1e-3 }, relu: { bool: true } };
const adam = { beta1: { float: 0.9 }, beta2: { float: 0.999 }, weight_decay: { float: 0 } };
const strides = { stride_rows: { int: 1 }, stride_columns: { int: 1 } };
const pads = { pad_rows: { int: 0 }, pad_columns: { int: 0 } };

type Shapes = Readonly<Record<string, readonly number[]>>;

interface Misuse {
  readonly op: string;
  readonly attributes: RawOp['attributes'];
  readonly outputs: number;
  /** Of inputs that fit, in order. */
  readonly fit: Shapes;
  /** What is given instead of some of them. */
  readonly misfits: readonly Shapes[];
}

const MISUSES: readonly Misuse[] = [
  {
    ...{ op: 'FoldwiseNormPool', attributes: norm, outputs: 6 },
    fit: { x: [2, 4, 4, 3], gamma: [3], beta: [3], window: [2, 2] },
    misfits: [
      ...[[], [2], [2, 4, 4], [1, 2, 4, 4, 3], [0, 4, 4, 3], [2, 4, 4, 0]].map((x) => ({ x })),
      ...[{ gamma: [2] }, { gamma: [] }, { beta: [3, 1] }, { beta: [0] }],
      ...[[5, 2], [2, 5], [4], [0, 2], [2, 2, 2]].map((window) => ({ window })),
    ],
  },
  {
    ...{ op: 'FoldwiseNormPoolGrad', attributes: norm, outputs: 3 },
    fit: {
      ...{ dy: [2, 2, 2, 3], x: [2, 4, 4, 3], selected: [2, 2, 2, 3], gamma: [3] },
      ...{ mean: [3], scale: [3], offset: [3], window: [2, 2] },
    },
    misfits: [
      ...[{ dy: [2, 4, 4, 3] }, { dy: [] }, { selected: [1] }, { window: [3, 2] }],
      ...[{ x: [] }, { x: [3] }, { x: [2, 6, 4, 3] }, { x: [2, 4, 4, 4] }],
      ...[{ gamma: [] }, { mean: [2] }, { scale: [1] }, { offset: [4] }],
    ],
  },
  {
    ...{ op: 'FoldwiseAdam', attributes: adam, outputs: 3 },
    fit: { parameter: [5], first: [5], second: [5], gradient: [5], rate: [], epsilon: [] },
    misfits: [
      ...[{ parameter: [0] }, { first: [] }, { second: [5, 1] }, { gradient: [4] }],
      ...[{ rate: [0] }, { epsilon: [2] }],
    ],
  },
  {
    ...{ op: 'FoldwiseConvFilterGrad', attributes: { ...strides, ...pads }, outputs: 2 },
    fit: { x: [2, 4, 4, 3], dy: [2, 3, 3, 5], filter: [2, 2, 3, 5], bias: [5] },
    misfits: [
      ...[{ x: [] }, { x: [3, 4, 4, 3] }, { x: [2, 4, 4, 1] }, { dy: [2, 3, 3, 4] }],
      ...[{ dy: [] }, { filter: [2, 2, 3, 4] }, { filter: [2, 2, 2, 5] }, { bias: [4] }],
    ],
  },
];

function outcome({ op, attributes, outputs }: Misuse, shapes: Shapes): string {
  return tf.tidy(() => {
    const inputs = Object.values(shapes).map((shape) => zeros(...shape));
    try {
      for (const tensor of runOp(tf, op, { inputs, attributes }, outputs)) tensor.dataSync();
      return 'done';
    } catch (error) {
      return asError(error).message;
    }
  });
}

const told = MISUSES.map((misuse) => ({
  op: misuse.op,
  fit: outcome(misuse, misuse.fit),
  misfits: misuse.misfits.map((change) => ({
    change: JSON.stringify(change),
    outcome: outcome(misuse, { ...misuse.fit, ...change }),
  })),
}));
process.stdout.write(JSON.stringify(told));
