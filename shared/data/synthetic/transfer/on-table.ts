import type { Choice } from '../choice.ts';
import { applyAffine } from '../geometry.ts';
import type { Affine } from '../geometry.ts';
import type { Layer, Scene } from './scene.ts';

/**
 * Sets a shoe that is drawn from the side, the toe to the right and y up from the ground, on a
 * table seen from above, the toe nearer to the camera.
 */
export function onTable(choice: Choice, layers: readonly Layer[]): Scene {
  const tilt = choice.between(0.1, 0.3);
  const low = choice.between(44, 52);
  const view: Affine = { xx: 1.05, xy: 0, x0: 0, yx: tilt, yy: -1.15, y0: low };
  return {
    layers: seen(layers, view),
    ...TABLE,
    shadow: { centre: [1, low + 1], radiusX: 22, radiusY: 5 },
  };
}

/** The same for a sandal that is drawn from above, heel and toe on the x axis. */
export function lyingOnTable(choice: Choice, layers: readonly Layer[]): Scene {
  const view: Affine = {
    xx: 1.02,
    xy: -0.35,
    x0: 0,
    yx: choice.between(0.1, 0.34),
    yy: choice.between(0.62, 0.85),
    y0: choice.between(40, 46),
  };
  return {
    layers: seen(layers, view),
    ...TABLE,
    shadow: { centre: [1, view.y0 + 3], radiusX: 23, radiusY: 7 },
  };
}

const TABLE = { top: 0, bottom: 80 };

const seen = (layers: readonly Layer[], view: Affine): Layer[] =>
  layers.map((layer) => ({ ...layer, outline: layer.outline.map((at) => applyAffine(view, at)) }));
