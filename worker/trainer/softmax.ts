import type { LayersModel, Tensor } from '@tensorflow/tfjs-node-gpu';
import { DataError } from '../../shared/errors.ts';
import { activationOf, LINEAR, withProperties } from '../engine/layer-properties.ts';
import type { Layer } from '../engine/layer.ts';
import { isModel } from '../engine/walk-layers.ts';

/** What asks a model for its logits, beside `training`, in the second argument of `apply`. */
export const LOGITS_WANTED = { logits: true } as const;

/**
 * Lets a model that ends in softmax hand on its logits instead, where it is asked to by
 * {@link LOGITS_WANTED}. Loss and predictions are computed from logits: of probabilities, the
 * smallest are rounded to 0. Nothing else of the model changes.
 *
 * @param shownAs - names the model in messages
 * @throws {DataError} where it ends in something else
 */
export function exposeLogits(model: LayersModel, shownAs: string): void {
  const layer = lastLayer(model, shownAs);
  const stock = layer.call.bind(layer);
  const withoutSoftmax: Layer['call'] = isSoftmaxAlone(layer)
    ? (inputs) => [inputs].flat()[0] as Tensor
    : (inputs, kwargs) =>
        withProperties(layer, { activation: LINEAR }, () => stock(inputs, kwargs));
  layer.call = (inputs, kwargs) =>
    kwargs['logits'] === true ? withoutSoftmax(inputs, kwargs) : stock(inputs, kwargs);
}

/** The layer whose softmax gives the model's output. */
function lastLayer(model: LayersModel, shownAs: string): Layer {
  let layer = model.outputs[0]?.sourceLayer as Layer;
  while (isModel(layer)) {
    checkUses(layer, shownAs);
    layer = layer.outputs[0]?.sourceLayer as Layer;
  }
  const isDense = layer.getClassName() === 'Dense' && activationOf(layer) === 'softmax';
  if (!isSoftmaxAlone(layer) && !isDense) {
    throw new DataError(
      `${shownAs} does not end in softmax: expected a Softmax layer, an Activation layer or a ` +
        `Dense layer with softmax last, got "${layer.name}" (${layer.getClassName()})`,
    );
  }
  checkUses(layer, shownAs);
  return layer;
}

function isSoftmaxAlone(layer: Layer): boolean {
  const kind = layer.getClassName();
  if (kind === 'Activation') return activationOf(layer) === 'softmax';
  if (kind !== 'Softmax') return false;
  // Of the classes, not of the batch.
  const { axis } = layer as Layer & { readonly axis: number | readonly number[] };
  return [axis].flat().every((one) => one === -1 || one === 1);
}

/** A softmax within the network, as in attention, must stay one. */
function checkUses(layer: Layer, shownAs: string): void {
  const uses = layer.inboundNodes.filter(({ inboundLayers }) => inboundLayers.length > 0);
  if (uses.length <= 1) return;
  throw new DataError(
    `${shownAs} uses its last layer "${layer.name}" more than once: give the output one of its own`,
  );
}
