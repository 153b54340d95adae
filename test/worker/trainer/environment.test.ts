import test from 'ava';
import { describeEnvironment, kernelFeatures } from '../../../worker/trainer/environment.ts';
import { tf } from '../../helpers/tensorflow.ts';

test('features that change kernels are found, whatever their order, and no others', (t) => {
  const cpuinfo = (flags: string) => `processor\t: 0\nflags\t\t: ${flags}\nbugs\t\t: avx2\n`;
  t.deepEqual(kernelFeatures(cpuinfo('fpu avx512f avx2 sse4_2')), ['sse4_2', 'avx2', 'avx512f']);
  t.deepEqual(kernelFeatures('Features\t: fp asimd sve\n'), ['asimd', 'sve']);
  t.deepEqual(kernelFeatures(''), []);
});

test('the environment says what this process trains on', (t) => {
  const environment = describeEnvironment(tf, { threads: 3, step: 'eager' });
  t.is(environment.node, process.version);
  t.regex(environment.engine, /^tfjs-node-gpu \d+\.\d+\.\d+ \w+$/);
  t.regex(environment.tensorflow, /^\d+\.\d+/);
  t.regex(environment.foldwise, /^\d+\.\d+\.\d+/);
  t.deepEqual([environment.threads, environment.step], [3, 'eager']);
  t.true([environment.host, environment.device, environment.processor].every(Boolean));
});
