/**
 * Child program: loads the engine in the folder given, multiplies two matrices, asks for every CUDA
 * library where the engine is for GPUs, and prints what it saw as one line of JSON. A library that
 * crashes takes only this process along.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { asError } from '../../shared/errors.ts';
import { checkCuda } from './cuda/check.ts';
import { deviceName } from './device.ts';
import { loadEngine } from './load.ts';
import { BINDING_FILE, CUDA_FILE } from './location.ts';
import type { ProbeReport } from './prove.ts';

const [folder = ''] = process.argv.slice(2);
process.exitCode = probe();

function probe(): number {
  try {
    process.stdout.write(`${JSON.stringify(examine())}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${asError(error).message}\n`);
    return 1;
  }
}

function examine(): ProbeReport {
  const tf = loadEngine({ folder, binding: path.join(folder, BINDING_FILE) });
  const backend = tf.backend() as unknown as { binding: { TF_Version: string } };
  const product = tf.tidy(() => {
    const left = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const right = tf.tensor2d([5, 6, 7, 8], [2, 2]);
    // The product is CUDA's own kernel on a GPU, the other one of TensorFlow's.
    return [...tf.relu(tf.matMul(left, right)).dataSync()];
  });
  const report = {
    tensorflow: backend.binding.TF_Version,
    device: deviceName(tf, folder),
    product,
  };
  // Last: it must not change what TensorFlow finds.
  return existsSync(path.join(folder, CUDA_FILE)) ? { ...report, cuda: checkCuda(folder) } : report;
}
