import { FoldwiseError } from '../shared/errors.ts';

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, and go on with --resume',
  EDQUOT: 'the disk quota is used up; free some space, and go on with --resume',
  EACCES: 'permission denied; let this user write there, and go on with --resume',
  EPERM: 'permission denied; let this user write there, and go on with --resume',
  EROFS: 'the file system is read-only; go on with --resume where it can be written to',
  EISDIR: 'a folder has the name of a file of the results; move it away, and go on with --resume',
  ENOENT: 'the folder was removed while the run went on',
};

/** Says in one sentence why results could not be written; anything else passes unchanged. */
export function outputProblem(thrown: unknown, outDir: string): unknown {
  if (!(thrown instanceof Error) || !('syscall' in thrown) || !('code' in thrown)) return thrown;
  const problem = PROBLEMS[String(thrown.code)] ?? thrown.message;
  return new FoldwiseError(`cannot write the results in ${outDir}: ${problem}`, { cause: thrown });
}
