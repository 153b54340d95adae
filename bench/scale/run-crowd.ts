import { fileURLToPath } from 'node:url';
import { FoldwiseError } from '../../shared/errors.ts';
import { lastLines, runTool } from '../../worker/engine/tool.ts';
import { pinned } from '../side.ts';
import type { CrowdSettings } from './crowd-settings.ts';
import { type Samples, samplesSchema } from './samples.ts';

const CROWD = fileURLToPath(new URL('./crowd.ts', import.meta.url));

/**
 * Runs the simulated workers, in a process of their own, until the run that they work for is done.
 *
 * @throws FoldwiseError where one of them fails
 */
export async function runCrowd(
  settings: CrowdSettings,
  { cores, signal }: { readonly cores: readonly number[]; readonly signal: AbortSignal },
): Promise<Samples> {
  const args = ['--import', import.meta.resolve('tsx'), CROWD, JSON.stringify(settings)];
  const result = await runTool({ ...pinned(cores, process.execPath, args), signal });
  if (result.kind === 'missing') throw new FoldwiseError('taskset is missing: it pins processes');
  if (result.exitCode === 0) return samplesSchema.parse(JSON.parse(result.stdout));
  throw new FoldwiseError(`the simulated workers broke off:\n${lastLines(result.stderr)}`);
}
