/**
 * Foldwise's side: node --import tsx foldwise.ts FOLDER. The mode of a command is the kind
 * of step, made when it is first asked for.
 */
import type { StepKind } from '../../shared/domain.ts';
import type { TensorFlow } from '../../worker/engine/load.ts';
import type { Command } from '../side.ts';
import { readBytes, runSide } from './answer.ts';
import { type Network, prepareNetwork } from './prepare-network.ts';

const [folder = ''] = process.argv.slice(2);

await runSide((tf) => {
  const part = readBytes(folder);
  const networks = new Map<string, Network>();
  const networkOf = async (step: string, batchSize: number): Promise<Network> => {
    const known = networks.get(step);
    if (known) return known;
    const made = await prepareNetwork(tf, { part, step: step as StepKind, batchSize });
    networks.set(step, made);
    return made;
  };
  return async (command: Command) => {
    if (command.do === 'product') {
      multiplySquares(tf, command.size);
      return;
    }
    const network = await networkOf(command.mode, command.batch);
    await network[command.do](command.images, command.batch);
  };
});

/** Waits for the result, wherever it is computed. */
function multiplySquares(tf: TensorFlow, size: number): void {
  tf.tidy(() => {
    const matrix = tf.ones([size, size]);
    const product = tf.matMul(matrix, matrix);
    product.slice([0, 0], [1, 1]).dataSync();
  });
}
