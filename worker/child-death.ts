import { FoldwiseError } from '../shared/errors.ts';
import { describeLackOfMemory, isOutOfMemory } from './trainer/failure.ts';

/** The training process needed more memory than there is. */
export class OutOfMemory extends FoldwiseError {
  override readonly name = 'OutOfMemory';
}

/** Why a child is gone that did nothing for so long. */
export const hangingFor = (silenceMs: number): FoldwiseError =>
  new FoldwiseError(
    `the training process hung: no step ended for ${silenceMs / 60_000} min, and it was killed`,
  );

export interface Traces {
  readonly words: string;
  /** The kernel has killed something for want of memory meanwhile. */
  readonly isByKernel: boolean;
}

/** Why a child that was not killed by us is gone. */
export function deathOf(end: string, { words, isByKernel }: Traces): FoldwiseError {
  if (end === 'SIGKILL' && isByKernel) {
    return new OutOfMemory(describeLackOfMemory('the system killed the training process for it'));
  }
  if (end === 'SIGABRT' && isOutOfMemory(words)) {
    return new OutOfMemory(describeLackOfMemory(`the training process ended with ${words}`));
  }
  const hint = end === 'SIGKILL' ? ' (killed from outside)' : '';
  return new FoldwiseError(`the training process died: ${end}${hint} ${words}`.trim());
}
