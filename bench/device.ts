import { engineVariant, findGpus } from '../cli/devices.ts';
import { FoldwiseError } from '../shared/errors.ts';

/**
 * Chooses what all sides compute on, and lets this process and those it starts see nothing else:
 * the processor, or one GPU.
 *
 * @throws FoldwiseError where a GPU is asked for and there is none, or no engine for one
 */
export async function chooseDevice(gpu: boolean): Promise<'cpu' | 'cuda'> {
  process.env['CUDA_VISIBLE_DEVICES'] = gpu ? await firstGpu() : '';
  return gpu ? 'cuda' : 'cpu';
}

async function firstGpu(): Promise<string> {
  const [gpu] = await findGpus(process.env);
  if (gpu === undefined) {
    throw new FoldwiseError(
      'bench:gpu compares on a GPU, and there is none here that may be used ' +
        '("npx foldwise doctor" says what it sees). "npm run bench" needs none.',
    );
  }
  if (engineVariant() === 'cpu') {
    throw new FoldwiseError(
      'bench:gpu needs the engine for GPUs: run "npx foldwise engine install --gpu" first.',
    );
  }
  return gpu;
}
