/** Measures what compiled steps take and give back; prints one line of JSON. Needs --expose-gc. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { compile } from '../../../../../worker/engine/compile/index.ts';
import { loadNativeGraphs } from '../../../../../worker/engine/compile/native.ts';
import {
  describeEngine,
  loadTensorFlow,
  threadEnvironment,
} from '../../../../../worker/engine/load.ts';

const MIB = 2 ** 20;
const RUNS = 2000;
const CYCLES = 50;
const GRAPHS = 100;
const CLOSED = 30;

Object.assign(process.env, threadEnvironment(1));
const tf = loadTensorFlow();

const rssMiB = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().rss / MIB;
};
const inputs = { x: { shape: [16, 8], dtype: 'float32' } } as const;
const x = new Float32Array(16 * 8).fill(0.5);

function createStep() {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [8], units: 64, activation: 'relu' }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const optimizer = tf.train.adam(0.001);
  const step = compile(
    tf,
    ({ x: batch }) => ({
      loss: optimizer.minimize(() => (model.apply(batch) as Tensor).square().mean(), true)!,
    }),
    { inputs },
  );
  const dispose = async (): Promise<void> => {
    await step.close();
    optimizer.dispose();
    model.dispose();
  };
  return { ...step, dispose };
}

async function measureRuns() {
  const step = createStep();
  await step.run({ x });
  const tensors: number[] = [];
  const rss: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await step.run({ x });
    tensors.push(tf.memory().numTensors);
    if (run % 100 === 0) rss.push(rssMiB());
  }
  await step.dispose();
  return { tensors: [...new Set(tensors)], rss };
}

async function measureCycles() {
  const tensors: number[] = [];
  const rss: number[] = [];
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const step = createStep();
    await step.run({ x });
    await step.run({ x });
    await step.store();
    await step.dispose();
    tensors.push(tf.memory().numTensors);
    rss.push(rssMiB());
  }
  return { tensors: [...new Set(tensors)], rss };
}

/** Graphs of 4 MiB each that nobody closes. */
async function measureAbandoned() {
  const native = loadNativeGraphs(describeEngine().folder);
  const bytes = new Uint8Array(4 * MIB).fill(1);
  const before = rssMiB();
  const abandon = (): void => {
    const graphs = Array.from({ length: GRAPHS }, () => native.createGraph());
    for (const graph of graphs) {
      native.addOperation(graph, {
        ...{ type: 'Const', name: 'large', inputs: [], control: [] },
        attributes: [
          { name: 'dtype', kind: 'type', value: 1 },
          { name: 'value', kind: 'tensor', value: { dtype: 1, shape: [MIB], bytes } },
        ],
      });
    }
    held = rssMiB() - before;
  };
  let held = 0;
  abandon();
  // Finalizers come after the collection.
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { held, left: rssMiB() - before };
}

/** Steps with 8 MiB on the device each, closed but not forgotten. */
async function measureClosed() {
  const large = tf.tidy(() => tf.ones([2 * MIB]).add(1));
  const steps = [];
  const before = rssMiB();
  for (let count = 0; count < CLOSED; count++) {
    const step = compile(tf, () => ({ sum: large.sum() }), { inputs: {} });
    await step.run({});
    await step.close();
    steps.push(step);
  }
  const left = rssMiB() - before;
  large.dispose();
  return { count: steps.length, left };
}

const abandoned = await measureAbandoned();
const closed = await measureClosed();
const runs = await measureRuns();
const cycles = await measureCycles();
process.stdout.write(JSON.stringify({ abandoned, closed, runs, cycles }));
