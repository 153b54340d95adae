/** Runs a step with large tensors again and again; prints the page faults of those runs. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { compile } from '../../../../../worker/engine/compile/index.ts';
import { loadTensorFlow } from '../../../../../worker/engine/load.ts';

const WARM_UP = 5;
const RUNS = 10;
/** 64 MB as float32: more than glibc keeps by itself. */
const SIDE = 4096;

const tf = loadTensorFlow();
const large = tf.randomUniform([SIDE, SIDE], 0, 1, 'float32', 1);
const step = compile(
  tf,
  ({ rate }: { rate: Tensor }) => ({ sum: tf.transpose(large.mul(rate)).square().sum() }),
  { inputs: { rate: { shape: [], dtype: 'float32' } } },
);
const run = async (times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) await step.run({ rate: time });
};

await run(WARM_UP);
const before = process.resourceUsage().minorPageFault;
await run(RUNS);
process.stdout.write(String(process.resourceUsage().minorPageFault - before));
await step.close();
