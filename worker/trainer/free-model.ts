import type { LayersModel, LayerVariable, Variable } from '@tensorflow/tfjs-node-gpu';

/**
 * Has a model free all its weights when it is disposed of. tfjs forgets those of layers that are
 * used more than once, of models within models, and of layers that lead nowhere.
 *
 * @param made - the weights, where others were made with the model than it knows of
 * @returns the same model
 */
export function freedAsWhole(
  model: LayersModel,
  made: readonly LayerVariable[] = model.weights,
): LayersModel {
  const variables = made.map((weight) => weight.read() as Variable);
  const stock = model.dispose.bind(model);
  model.dispose = () => {
    const result = stock();
    for (const variable of variables) if (!variable.isDisposed) variable.dispose();
    return result;
  };
  return model;
}
