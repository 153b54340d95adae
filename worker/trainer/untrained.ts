import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { FoldAssignment } from '../../shared/domain.ts';
import type { TensorFlow } from '../engine/load.ts';
import { buildArchitecture } from './architecture/build-architecture.ts';
import { checkModel } from './architecture/check-model.ts';
import { readArchitecture } from './architecture/read-architecture.ts';
import { beginsWithRescaling, standardised } from './architecture/standardise.ts';
import { drawInitialWeights } from './initial-weights.ts';
import { createModel } from './model.ts';
import type { Normalisation } from './normalisation.ts';

/** How messages name a network that came with the assignment. */
const SHOWN_AS = 'the architecture';

/**
 * The model of a fold before training, initial weights drawn: the network of the paper, or the one
 * of the assignment with standardised pixels, unless it begins with Rescaling itself.
 *
 * @param normalisation - of the images the model will be trained with
 * @throws {DataError} for a network that does not fit the images
 */
export async function createUntrained(
  tf: TensorFlow,
  { dataset, training, architecture, seed, fold }: FoldAssignment,
  normalisation: Normalisation,
): Promise<LayersModel> {
  const { image } = dataset;
  const classCount = dataset.classes.length;
  if (architecture === undefined) {
    const { dropout } = training;
    const model = createModel(tf, { image, classCount, dropout, normalisation });
    drawInitialWeights(tf, model, { seed, fold });
    return model;
  }
  const bare = readArchitecture(architecture, SHOWN_AS);
  const network = beginsWithRescaling(bare) ? bare : standardised(bare, { image, normalisation });
  const model = await buildArchitecture(tf, network, { seed, fold, shownAs: SHOWN_AS });
  try {
    checkModel(model, { image, classCount, shownAs: SHOWN_AS });
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/** How the saved model standardises raw pixels: not at all where its network scales them itself. */
export function standardisationOf(
  { architecture }: FoldAssignment,
  normalisation: Normalisation,
): Normalisation {
  if (architecture === undefined) return normalisation;
  const isScaled = beginsWithRescaling(readArchitecture(architecture, SHOWN_AS));
  return isScaled ? { mean: 0, std: 1 } : normalisation;
}
