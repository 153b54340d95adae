import { asError, FoldwiseError, TrainingError } from '../../shared/errors.ts';
import { isOutOfMemory } from './failure.ts';

/**
 * What TensorFlow says of a network that tfjs can build but not train: shapes, numbers or indices
 * that do not fit (status 3), kinds of layers that are not done (status 12).
 */
const OF_THE_NETWORK = /Invalid TF_Status: (3|12)\b/;
/** Everything else that it says may be of the machine, and so go well on another. */
const OF_TENSORFLOW = /Invalid TF_Status: /;
/** What a graph says where an embedding, say, gets numbers that it has no entries for. */
const OUT_OF_BOUNDS = /\bis not in \[\d+, \d+\)/;

/**
 * Runs a step; what shows that no step of this network can be run is told as that: tfjs itself,
 * which only prepares what TensorFlow computes, would say the same anywhere.
 */
export function trainable<T>(step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    const error = asError(thrown);
    const { message } = error;
    const isOfMachine = OF_TENSORFLOW.test(message) && !OF_THE_NETWORK.test(message);
    if (error instanceof FoldwiseError || isOfMachine || isOutOfMemory(message)) throw error;
    throw untrainable(error);
  }
}

/** The same of a step that runs as a graph, which tfjs has prepared before. */
export async function trainableGraph<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (thrown) {
    const error = asError(thrown);
    throw OUT_OF_BOUNDS.test(error.message) ? untrainable(error) : error;
  }
}

function untrainable(error: Error): TrainingError {
  const why = error.message.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return new TrainingError(`the network cannot be trained by tfjs: ${why}`, { cause: error });
}
