import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { ImageShape } from '../../../shared/domain.ts';
import { DataError } from '../../../shared/errors.ts';
import type { Layer } from '../../engine/layer.ts';
import { computingLayers, modelsOf } from '../../engine/walk-layers.ts';
import { shapesIn } from '../model-size.ts';

export interface ModelUse {
  readonly image: ImageShape;
  readonly classCount: number;
  /** Names the file in messages. */
  readonly shownAs: string;
}

/** As many as a file of 1 GiB holds, the largest that is read. */
export const MOST_PARAMETERS = 2 ** 28;

/**
 * Holds a built network against the data: one image in, one probability for each class out.
 *
 * @throws {DataError} with one sentence
 */
export function checkModel(model: LayersModel, use: ModelUse): void {
  checkEnds(model, use);
  checkShapes(model, use);
  checkNormalisation(model, use);
  checkWeights(model, use);
}

function checkEnds({ inputs, outputs }: LayersModel, use: ModelUse): void {
  const { image, classCount, shownAs } = use;
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new DataError(
      `${shownAs} has ${inputs.length} inputs and ${outputs.length} outputs, expected one of each`,
    );
  }
  const input = JSON.stringify(inputs[0]?.shape);
  const wantedInput = JSON.stringify([null, image.height, image.width, image.channels]);
  if (input !== wantedInput) {
    throw new DataError(
      `${shownAs} takes inputs of the shape ${input}, but the images are ${wantedInput}`,
    );
  }
  const output = JSON.stringify(outputs[0]?.shape);
  const wantedOutput = JSON.stringify([null, classCount]);
  if (output === wantedOutput) return;
  throw new DataError(
    `${shownAs} gives outputs of the shape ${output}, but for ${classCount} classes they must be ` +
      wantedOutput,
  );
}

/** tfjs builds layers that leave nothing of an image. */
function checkShapes(model: LayersModel, { shownAs }: ModelUse): void {
  for (const layer of modelsOf(model).flatMap(({ layers }) => layers)) {
    const shapes = layer.inboundNodes.flatMap((node) => shapesIn(node.outputShapes));
    const wrong = shapes.find((shape) => !shape.slice(1).every(isSide));
    if (wrong === undefined) continue;
    throw new DataError(
      `${shownAs}: its layer "${layer.name}" gives the shape ${JSON.stringify(wrong)}, which no ` +
        'output has: the images are too small for the layers before it, or a size is wrong',
    );
  }
}

/** tfjs' batch normalisation of images knows channels last alone, here and in training. */
function checkNormalisation(model: LayersModel, { shownAs }: ModelUse): void {
  for (const layer of computingLayers(model)) {
    if (layer.getClassName() !== 'BatchNormalization') continue;
    const { axis } = layer as Layer & { readonly axis: number | readonly number[] };
    const ranks = layer.inboundNodes.flatMap((node) => shapesIn(node.inputShapes)).map(rankOf);
    if (ranks.every((rank) => [-1, rank - 1].includes(Number(axis)))) continue;
    throw new DataError(
      `${shownAs}: its layer "${layer.name}" (BatchNormalization) has axis ${JSON.stringify(axis)}, ` +
        'expected the last one, -1: nothing else can be trained',
    );
  }
}

const rankOf = (shape: readonly unknown[]): number => shape.length;

const isSide = (side: number | null): boolean => Number.isInteger(side) && Number(side) > 0;

function checkWeights(model: LayersModel, { shownAs }: ModelUse): void {
  const names = new Set<string>();
  for (const { originalName } of model.weights) {
    if (names.has(originalName)) {
      throw new DataError(
        `${shownAs} has two weights "${originalName}", which a file of weights cannot tell ` +
          'apart: give layers within layers names of their own',
      );
    }
    names.add(originalName);
  }
  if (model.trainableWeights.length === 0) throw new DataError(`${shownAs} has nothing to train`);
  const { parameters } = countParameters(model);
  if (parameters <= MOST_PARAMETERS) return;
  throw new DataError(
    `${shownAs} has ${parameters} parameters, more than the ${MOST_PARAMETERS} allowed`,
  );
}

export interface ParameterCounts {
  readonly parameters: number;
  /** Of them, those that training moves. */
  readonly trainable: number;
}

export function countParameters(model: LayersModel): ParameterCounts {
  return { parameters: sizeOf(model.weights), trainable: sizeOf(model.trainableWeights) };
}

const sizeOf = (weights: LayersModel['weights']): number =>
  weights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, side) => size * (side ?? 1), 1),
    0,
  );
