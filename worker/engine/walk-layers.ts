import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from './layer.ts';

/** What a layer may hold other layers under. */
interface Holder extends Layer {
  readonly layers?: readonly Layer[];
  readonly layer?: Layer;
  readonly forwardLayer?: Layer;
  readonly backwardLayer?: Layer;
  readonly cell?: Layer;
  readonly cells?: readonly Layer[];
}

/** True for a layer that is a model itself. */
export const isModel = (layer: Layer): layer is LayersModel =>
  Array.isArray((layer as Holder).layers);

/** A model and the models that are layers of it, however deep; each once. */
export function modelsOf(model: LayersModel): LayersModel[] {
  return [model, ...everyLayer(model).filter(isModel)];
}

/** The layers that compute: those of models within the model, of wrappers and of recurrent layers too. */
export function computingLayers(model: LayersModel): Layer[] {
  return everyLayer(model).filter((layer) => !isModel(layer));
}

/**
 * Tells of each layer which one alone takes what it gives, each of the two being used once;
 * undefined where there is none, or where a model gives it out as well.
 */
export function onlyTakers(model: LayersModel): (layer: Layer) => Layer | undefined {
  const outputs = new Set(
    modelsOf(model).flatMap((one) => one.outputs.map(({ sourceLayer }) => sourceLayer)),
  );
  return (layer) => {
    const [use] = layer.outboundNodes;
    const isOnce = layer.outboundNodes.length === 1 && layer.inboundNodes.length === 1;
    if (!use || !isOnce || outputs.has(layer)) return undefined;
    const next = use.outboundLayer;
    return next.inboundNodes.length === 1 && use.inboundLayers.length === 1 ? next : undefined;
  };
}

function everyLayer(model: LayersModel): Layer[] {
  const found = new Set<Layer>();
  const visit = (layer: Layer): void => {
    if (found.has(layer)) return;
    found.add(layer);
    for (const inner of innerLayers(layer)) visit(inner);
  };
  for (const layer of model.layers) visit(layer);
  return [...found];
}

function innerLayers(layer: Layer): Layer[] {
  const { layers, layer: wrapped, forwardLayer, backwardLayer, cell, cells } = layer as Holder;
  const wrapping = forwardLayer ? [forwardLayer, backwardLayer] : [wrapped];
  return [layers ?? [], wrapping, cell, cells ?? []].flat().filter((inner) => inner !== undefined);
}
