import { FoldwiseError } from '../../../shared/errors.ts';

/** A step that no graph can stand for: `op` is what stands in the way. It still runs op by op. */
export class UntraceableError extends FoldwiseError {
  override readonly name = 'UntraceableError';
  readonly op: string;

  constructor(op: string, reason: string, options?: ErrorOptions) {
    super(`The step cannot be compiled: ${op} ${reason}`, options);
    this.op = op;
  }
}

/** A step with a value that changes from call to call, and that a graph would freeze. */
export class FrozenValueError extends FoldwiseError {
  override readonly name = 'FrozenValueError';

  constructor(what: string) {
    super(
      `The step cannot be compiled: ${what}. A graph would keep what it saw first. ` +
        'What changes from call to call (a mask, a rate, the indices of a batch) must be an ' +
        'input or a variable; for random numbers, use randomUniform with a seed that is an input.',
    );
  }
}
