import { z } from 'zod';
import { DataError } from '../../../shared/errors.ts';
import { problemOfNumbers } from './numbers.ts';
import { nameOf, type SavedLayer } from '../network-json.ts';

/** What tfjs would train wrongly, or not twice alike, and is therefore refused. Pure. */

/** Of layers: what tfjs takes for a name, and nothing that every JavaScript object has. */
const LAYER_NAME = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;

/** @throws {DataError} with one sentence that names the layer */
export function checkLayer(layer: SavedLayer, shownAs: string): void {
  const name = nameOf(layer);
  if (!LAYER_NAME.test(name) || name in {}) {
    throw new DataError(
      `${shownAs} has a layer of the name ${JSON.stringify(name.slice(0, 80))}: take letters, ` +
        'digits, "_", "-", "." and "/", and no word that JavaScript keeps for itself',
    );
  }
  const problem = problemOf(layer);
  if (problem === undefined) return;
  throw new DataError(
    `${shownAs}: its layer "${name}" (${layer.class_name.slice(0, 80)}) ${problem}`,
  );
}

const RECURRENT = ['RNN', 'SimpleRNN', 'LSTM', 'GRU', 'ConvLSTM2D'];
const IGNORED_IN_RECURRENT = [
  ['time_major', false],
  ['zero_output_for_mask', false],
] as const;
/** Their saved models have no dilation, and what they predict knows none. */
const UNDILATED = ['DepthwiseConv2D', 'Conv2DTranspose', 'Conv3DTranspose'];

/** What Keras knows and tfjs passes over, with the value that makes no difference. */
const IGNORED: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  ReLU: [
    ['negative_slope', 0],
    ['threshold', 0],
  ],
  Conv1D: [['groups', 1]],
  Conv2D: [['groups', 1]],
  Conv3D: [['groups', 1]],
  Conv2DTranspose: [['output_padding', null]],
  Conv3DTranspose: [['output_padding', null]],
  LeakyReLU: [['negative_slope', null]],
  BatchNormalization: [
    ['renorm', false],
    ['virtual_batch_size', null],
  ],
  Bidirectional: [['backward_layer', null]],
  ...Object.fromEntries(RECURRENT.map((kind) => [kind, IGNORED_IN_RECURRENT])),
  GlobalAveragePooling1D: [['keepdims', false]],
  GlobalAveragePooling2D: [['keepdims', false]],
  GlobalMaxPooling1D: [['keepdims', false]],
  GlobalMaxPooling2D: [['keepdims', false]],
};

function problemOf({
  class_name: kind,
  config,
  inbound_nodes: uses = [],
}: SavedLayer): string | undefined {
  if (kind.startsWith('Random')) {
    return 'changes images at random, which cannot be repeated from a seed: leave it out';
  }
  if (UNDILATED.includes(kind) && dilation(config['dilation_rate'] ?? config['dilationRate'])) {
    return 'is dilated, which tfjs ignores: take a dilation rate of 1';
  }
  const wrong = problemOfNumbers(kind, config);
  if (wrong !== undefined) return wrong;
  for (const [key, usual] of Object.hasOwn(IGNORED, kind) ? (IGNORED[kind] ?? []) : []) {
    const value = config[key] ?? usual;
    if (value !== usual) return `has ${key}, which tfjs ignores: expected ${JSON.stringify(usual)}`;
  }
  const [argument] = uses.flat().flatMap(([, , , ...rest]) => rest.flatMap(givenArguments));
  if (argument !== undefined) return `is called with ${argument}, which tfjs ignores: take it out`;
  for (const [key, value] of Object.entries(config)) {
    const problem = problemOfKey(key.replaceAll('_', '').toLowerCase(), value);
    if (problem !== undefined) return `has ${key}, ${problem}`;
  }
  return undefined;
}

/** Names of what a call of a layer is given beside tensors, as `training: false` to freeze it. */
function givenArguments(given: unknown): string[] {
  const parsed = z.record(z.string(), z.unknown()).safeParse(given);
  const entries = Object.entries(parsed.data ?? {});
  return entries.filter(([, value]) => value !== null).map(([key]) => key.slice(0, 80));
}

function problemOfKey(key: string, value: unknown): string | undefined {
  if (value === null || value === undefined || value === false) return undefined;
  if (key.endsWith('constraint') && !isStrayRegularizer(value)) {
    return 'but tfjs does not hold weights to constraints in training: take it out';
  }
  if (key === 'activityregularizer') return 'which tfjs ignores: take it out';
  if ((key === 'dropout' || key === 'recurrentdropout') && value !== 0) {
    return 'whose mask cannot be repeated from a seed: set it to 0, a Dropout layer may follow';
  }
  if (key === 'stateful')
    return 'so what it learns depends on the order of batches: set it to false';
  return undefined;
}

/** tfjs writes the regularizer of a DepthwiseConv2D as its constraint, too. */
export const isStrayRegularizer = (value: unknown): boolean => regularizer.safeParse(value).success;

const regularizer = z.object({ class_name: z.enum(['L1L2', 'L1', 'L2']) });

const dilation = (rate: unknown): boolean =>
  [rate].flat().some((one) => one !== 1 && one !== null && one !== undefined);
