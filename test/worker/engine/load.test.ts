import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { describeEngine, threadEnvironment } from '../../../worker/engine/load.ts';
import { realEngine } from './real-engine.ts';

const LOADING = `
import { loadTensorFlow } from ${JSON.stringify(new URL('../../../worker/engine/load.ts', import.meta.url).href)};
const tf = loadTensorFlow();
const same = tf === loadTensorFlow();
console.log(tf.version['tfjs-node'], same, ...tf.matMul([[1, 2]], [[3], [4]]).dataSync());
`;

/** Runs a program in a process of its own, as training does, in some other folder. */
function runProgram(source: string, env: Record<string, string> = {}) {
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', source];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  return execa(process.execPath, args, { env, cwd, reject: false });
}

test('the engine computes, and says nothing while it loads', async (t) => {
  await realEngine();
  const { stdout, stderr } = await runProgram(LOADING);
  t.is(stdout, '4.22.0 true 11');
  t.is(stderr, '');
});

test('memory of a GPU is taken as it is needed, unless the user says otherwise', async (t) => {
  await realEngine();
  const source = `${LOADING}\nconsole.log(process.env.TF_FORCE_GPU_ALLOW_GROWTH);`;
  t.regex((await runProgram(source)).stdout, /\ntrue$/);
  const { stdout } = await runProgram(source, { TF_FORCE_GPU_ALLOW_GROWTH: 'false' });
  t.regex(stdout, /\nfalse$/);
});

test('TF_CPP_MIN_LOG_LEVEL of the user brings back what TensorFlow says', async (t) => {
  await realEngine();
  const { stdout, stderr } = await runProgram(LOADING, { TF_CPP_MIN_LOG_LEVEL: '0' });
  t.is(stdout, '4.22.0 true 11');
  t.regex(stderr, /oneDNN|cpu_feature_guard/);
});

test('without an engine, loading says how to install one', async (t) => {
  const { stderr, exitCode } = await runProgram(LOADING, { FOLDWISE_CACHE: '/nonexistent' });
  t.not(exitCode, 0);
  t.regex(stderr, /EngineError: No TensorFlow engine is installed. Run "foldwise engine install"/);
});

test('the engine describes itself without being loaded', async (t) => {
  const engine = await realEngine();
  const description = describeEngine();
  t.is(description.folder, engine.folder);
  t.is(description.engine, `tfjs-node-gpu 4.22.0 ${engine.variant}`);
  t.regex(description.tensorflow, /^\d+\.\d+\.\d+/);
});

test('a number of threads becomes the variables that TensorFlow reads', (t) => {
  t.deepEqual(threadEnvironment(3), {
    TF_NUM_INTRAOP_THREADS: '3',
    TF_NUM_INTEROP_THREADS: '3',
    OMP_NUM_THREADS: '3',
  });
  t.throws(() => threadEnvironment(0), { instanceOf: RangeError });
  t.throws(() => threadEnvironment(1.5), { instanceOf: RangeError });
});
