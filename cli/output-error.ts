import { errorCode } from '../shared/data/file-problem.ts';
import { FoldwiseError } from '../shared/errors.ts';

/** What was to be said on standard output is lost, so the command must not pass for a success. */
export class OutputError extends FoldwiseError {
  override readonly name = 'OutputError';

  constructor(cause: Error) {
    // "ENOSPC: no space left on device, write" → "no space left on device"
    const problem = cause.message.replace(/^E[A-Z\d]+: /, '').replace(/, write$/, '');
    super(`standard output cannot be written: ${problem}`, { cause });
  }
}

/** Whether a write failed because nobody reads any more. */
export const isReaderGone = (error: Error): boolean => errorCode(error) === 'EPIPE';

/** Resolves once all that was written has arrived, or has been told as an error of the stream. */
export async function settled(stream: NodeJS.WriteStream): Promise<void> {
  // A stream calls back first and tells of its error afterwards.
  await new Promise<void>((resolve) => stream.write('', () => setImmediate(resolve)));
}
