import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from '../engine/layer.ts';
import { modelsOf } from '../engine/walk-layers.ts';

export interface LayerSize {
  readonly name: string;
  /** That the layer hands on for one image. */
  readonly numbers: number;
}

/** The layer of a model that hands on the most numbers, in models within it too. */
export function largestLayer(model: LayersModel): LayerSize {
  const layers = modelsOf(model).flatMap((one) => one.layers);
  const sizes = layers.map((layer) => ({ name: layer.name, numbers: numbersOf(layer) }));
  return sizes.reduce((a, b) => (b.numbers > a.numbers ? b : a), { name: '', numbers: 1 });
}

/** Of its uses, the greatest: a layer may be used for inputs of several sizes. */
function numbersOf({ inboundNodes }: Layer): number {
  const sizes = inboundNodes.map(({ outputShapes }) =>
    shapesIn(outputShapes as Shapes).reduce((sum, shape) => sum + sizeOf(shape), 0),
  );
  return Math.max(0, ...sizes);
}

type Shape = readonly (number | null)[];
type Shapes = Shape | readonly Shapes[];

/** A shape, or lists of shapes, as a flat list. */
export function shapesIn(shapes: Shapes): Shape[] {
  const isShape = shapes.every((side) => !Array.isArray(side));
  return isShape ? [shapes as Shape] : (shapes as readonly Shapes[]).flatMap(shapesIn);
}

/** Without the batch. */
const sizeOf = (shape: Shape): number =>
  shape.slice(1).reduce<number>((size, side) => size * (side ?? 1), 1);
