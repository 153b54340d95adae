import { engineVariant, findGpus } from '../cli/devices.ts';
import { FoldwiseError } from '../shared/errors.ts';

/**
 * Chooses one GPU, for all sides alike, by CUDA_VISIBLE_DEVICES.
 *
 * @throws FoldwiseError without a GPU, or without an engine for one
 */
export async function requireGpu(): Promise<'cuda'> {
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
  process.env['CUDA_VISIBLE_DEVICES'] = gpu;
  return 'cuda';
}
