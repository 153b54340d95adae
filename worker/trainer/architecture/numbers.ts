import { z } from 'zod';

/** Numbers of layers that tfjs takes as they come, and then fails in training or ignores. Pure. */

interface Range {
  readonly schema: z.ZodType;
  readonly expected: string;
}

const SHARE: Range = { schema: z.number().min(0).lt(1), expected: 'a number from 0 to below 1' };
const WHOLE_SHARE: Range = { schema: z.number().min(0).max(1), expected: 'a number from 0 to 1' };
const POSITIVE: Range = { schema: z.number().gt(0), expected: 'a number above 0' };
const NOT_NEGATIVE: Range = { schema: z.number().min(0), expected: 'a number of 0 or more' };

const side = z.int().min(1).max(1024);
const SIDES: Range = {
  schema: z.union([side, z.array(side).min(1).max(3)]),
  expected: 'whole numbers of 1 or more',
};
const SPATIAL = ['strides', 'dilation_rate', 'kernel_size', 'pool_size'];

const DROPPING = ['Dropout', 'SpatialDropout1D', 'GaussianDropout', 'AlphaDropout'];
const CONVOLUTION = /Conv[123]D/;

const RANGES: Readonly<Record<string, Readonly<Record<string, Range>>>> = {
  ...Object.fromEntries(DROPPING.map((kind) => [kind, { rate: SHARE }])),
  GaussianNoise: { stddev: NOT_NEGATIVE },
  BatchNormalization: { epsilon: POSITIVE, momentum: WHOLE_SHARE },
  LayerNormalization: { epsilon: POSITIVE },
};

/** What is wrong with the numbers of a layer, to follow its name; undefined where nothing is. */
export function problemOfNumbers(
  kind: string,
  config: Readonly<Record<string, unknown>>,
): string | undefined {
  const isSpatial = CONVOLUTION.test(kind) || /Pooling[123]D/.test(kind);
  const spatial = isSpatial ? Object.fromEntries(SPATIAL.map((key) => [key, SIDES])) : {};
  for (const [key, { schema, expected }] of Object.entries({ ...spatial, ...RANGES[kind] })) {
    const value = valueOf(config, key);
    if (value === undefined || (value === null && isSpatial)) continue;
    if (!schema.safeParse(value).success) {
      return `has ${key} ${JSON.stringify(value).slice(0, 40)}, expected ${expected}`;
    }
  }
  if (!CONVOLUTION.test(kind)) return undefined;
  if (config['padding'] === 'causal') {
    return 'has causal padding, which tfjs does not do: take "same" or "valid"';
  }
  const isMore = (key: string): boolean =>
    [valueOf(config, key)].flat().some((one) => typeof one === 'number' && one > 1);
  if (isMore('strides') && isMore('dilation_rate')) {
    return 'has both strides and a dilation rate above 1, which tfjs does not do: one must be 1';
  }
  return undefined;
}

/** Keras writes keys with underscores, tfjs some of them otherwise. */
function valueOf(config: Readonly<Record<string, unknown>>, key: string): unknown {
  const plain = key.replaceAll('_', '');
  const found = Object.keys(config).find(
    (name) => name.replaceAll('_', '').toLowerCase() === plain,
  );
  return found === undefined ? undefined : config[found];
}
