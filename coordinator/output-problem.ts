import { FoldwiseError } from '../shared/errors.ts';

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, or choose another --out',
  EDQUOT: 'the disk quota is used up; free some space, or choose another --out',
  EACCES: 'permission denied; choose another --out',
  EPERM: 'permission denied; choose another --out',
  EROFS: 'the file system is read-only; choose another --out',
  ENOENT: 'the folder was removed while the run went on',
};

/** Says in one sentence why results could not be written; anything else passes unchanged. */
export function outputProblem(thrown: unknown, outDir: string): unknown {
  if (!(thrown instanceof Error) || !('syscall' in thrown) || !('code' in thrown)) return thrown;
  const problem = PROBLEMS[String(thrown.code)] ?? thrown.message;
  return new FoldwiseError(`cannot write the results in ${outDir}: ${problem}`, { cause: thrown });
}
