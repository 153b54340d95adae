import test from 'ava';
import { execa } from 'execa';
import { realEngine } from '../real-engine.ts';

const source = (xla: boolean): string => `
import { compile, loadTensorFlow } from ${JSON.stringify(new URL('../../../../worker/engine/index.ts', import.meta.url).href)};
const tf = loadTensorFlow();
const weight = tf.variable(tf.fill([8, 8], 0.1));
const step = compile(
  tf,
  ({ x }) => {
    const { value, grads } = tf.variableGrads(
      () => tf.relu(tf.matMul(x, weight)).sub(1).square().mean().asScalar(), [weight]);
    weight.assign(weight.sub(tf.mul(grads[weight.name], 0.1)));
    return { loss: value };
  },
  { inputs: { x: { shape: [4, 8], dtype: 'float32' } }, xla: ${xla} },
);
const x = Float32Array.from({ length: 32 }, (_, index) => Math.sin(index));
for (let index = 0; index < 3; index += 1) console.log((await step.run({ x })).loss.values[0]);
await step.close();
`;

/** Trains in a process of its own: the losses, and what TensorFlow says meanwhile. */
async function trained({ xla, flags = '' }: { xla: boolean; flags?: string }) {
  await realEngine();
  const loader = ['--import', import.meta.resolve('tsx'), '--input-type=module'];
  const env = { TF_CPP_MIN_LOG_LEVEL: '0', TF_XLA_FLAGS: flags };
  const { stdout, stderr } = await execa(process.execPath, [...loader, '--eval', source(xla)], {
    env,
    cwd: import.meta.dirname,
  });
  return { losses: stdout.split('\n').map(Number), log: stderr };
}

/** With it, XLA also compiles for the CPU, where it was asked for. */
const ON_CPU = '--tf_xla_cpu_global_jit';
const USED = /Compiled cluster using XLA/;

test('where XLA was asked for it compiles the step, and the losses agree', async (t) => {
  const plain = await trained({ xla: false, flags: ON_CPU });
  t.notRegex(plain.log, USED);
  const compiled = await trained({ xla: true, flags: ON_CPU });
  t.regex(compiled.log, USED);
  t.is(compiled.losses.length, 3);
  for (const [index, loss] of compiled.losses.entries()) {
    t.true(Math.abs(loss - plain.losses[index]!) < 1e-6);
  }
});

test('on a CPU, asking for XLA alone changes nothing', async (t) => {
  const { losses, log } = await trained({ xla: true });
  t.notRegex(log, USED);
  t.deepEqual(losses, (await trained({ xla: false })).losses);
});
