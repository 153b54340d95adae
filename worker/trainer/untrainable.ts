import { asError, FoldwiseError, TrainingError } from '../../shared/errors.ts';

/**
 * What tfjs, or an op of TensorFlow, says of a network that it can build but not train: some ops
 * have no gradient, some kinds of layers are not done (status 12), or get shapes that do not fit
 * (status 3). It would say the same anywhere.
 */
const SIGNS =
  /gradient|not implemented|not (yet )?supported|unsupported|Invalid TF_Status: (3|12)\b/i;

/** Runs a step; what shows that no step of this network can be run is told as that. */
export function trainable<T>(step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    const error = asError(thrown);
    if (error instanceof FoldwiseError || !SIGNS.test(error.message)) throw error;
    const why = error.message.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
    throw new TrainingError(`the network cannot be trained by tfjs: ${why}`, { cause: error });
  }
}
