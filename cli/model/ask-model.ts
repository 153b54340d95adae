import { DataError, EngineError, FoldwiseError, TrainingError } from '../../shared/errors.ts';
import type { RunnerOptions } from '../../worker/child.ts';
import { Trainer } from '../../worker/runner.ts';
import type { ChildMessage } from '../../worker/trainer/messages.ts';
import type { Context } from '../context.ts';
import { oneLine } from './one-line.ts';

type Question = Extract<RunnerOptions['assignment'], { type: 'predict' | 'evaluate' }>;
type Failed = Extract<ChildMessage, { type: 'failed' }>;

/**
 * Runs a saved model in a process of its own, and hands on what that process ends with.
 *
 * @param type - of the message that is expected
 * @throws FoldwiseError of the class that fits, its message one line that is safe to show
 */
export async function askModel<const Type extends 'predicted' | 'evaluated'>(
  question: Question,
  type: Type,
  { signal, stderr, env }: Context,
): Promise<Extract<ChildMessage, { type: Type }>> {
  const heard: ChildMessage[] = [];
  const isWordy = Boolean(env['FOLDWISE_DEBUG']);
  const trainer = new Trainer();
  const running = trainer.run({
    assignment: question,
    signal,
    onMessage: (message) => heard.push(message),
    onOutput: (line) => {
      if (isWordy) stderr.write(`${line}\n`);
    },
  });
  await running.catch((error: unknown) => {
    if (signal.aborted || !(error instanceof FoldwiseError)) throw error;
    throw new FoldwiseError(oneLine(error.message), { cause: error });
  });
  await trainer.close();
  const last = heard.at(-1);
  if (last?.type === 'failed') throw errorOf(last, question.modelDir);
  if (last?.type === type) return last as Extract<ChildMessage, { type: Type }>;
  throw new Error(`expected "${type}" from the process that runs the model, got "${last?.type}"`);
}

function errorOf({ kind, message }: Failed, folder: string): FoldwiseError {
  const line = oneLine(message);
  switch (kind) {
    case 'data':
    case 'checkpoint':
      return new DataError(line);
    case 'training':
      return new TrainingError(line);
    case 'engine':
      return new EngineError(line);
    case 'out-of-memory':
      return new FoldwiseError(
        `the model in ${oneLine(folder)} takes more memory than there is: it is too large for ` +
          'this machine, or damaged',
      );
    case 'internal':
      return new FoldwiseError(`the model in ${oneLine(folder)} cannot be run: ${line}`);
  }
}
