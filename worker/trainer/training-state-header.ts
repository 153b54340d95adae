import { z } from 'zod';
import { DIGEST_PATTERN, type Digest } from '../../shared/domain.ts';
import type { StateOrigin, StateVariableType, TrainingState } from './training-state.ts';

/** The JSON at the beginning of a training state's file: all but the numbers. Pure. */

const count = z.int().nonnegative();
const finite = z.number();
const seconds = z.number().nonnegative();
const share = z.number().min(0).max(1);
const digest = z
  .string()
  .regex(DIGEST_PATTERN)
  .transform((text) => text as Digest);

const origin = z.strictObject({
  seed: count,
  fold: count,
  dataset: digest,
  validation: digest,
  training: z.strictObject({
    epochs: z.int().positive(),
    batchSize: z.int().positive(),
    learningRate: z.number().positive(),
    learningRateSchedule: z.enum(['constant', 'cosine']),
    weightDecay: z.number().nonnegative(),
    dropout: z.number().min(0).lt(1),
  }),
  architecture: digest.exactOptional(),
  threads: z.int().positive(),
  step: z.enum(['compiled', 'eager']),
  xla: z.boolean().exactOptional(),
}) satisfies z.ZodType<StateOrigin, unknown>;

const epochs = z
  .array(
    z.strictObject({
      epoch: z.int().positive(),
      trainLoss: finite,
      trainAccuracy: share,
      validationLoss: finite,
      validationAccuracy: share,
      seconds,
    }),
  )
  .refine(
    (reports) => reports.every(({ epoch }, index) => epoch === index + 1),
    'the epochs are not counted from 1',
  );

const variable = z.strictObject({
  name: z.string().min(1).max(1000),
  dtype: z.enum(['float32', 'int32']),
  shape: z.array(count).max(16),
}) satisfies z.ZodType<StateVariableType, unknown>;

const header = z.strictObject({
  origin,
  epochs,
  fitSeconds: seconds,
  underWay: z.strictObject({ steps: count, seconds }),
  variables: z.array(variable),
});

export type StateHeader = z.infer<typeof header>;

/** The header of a state, its keys always in the same order. */
export function headerOf({ origin, progress, variables }: TrainingState): StateHeader {
  const { epochs, fitSeconds, underWay } = progress;
  const plain = {
    origin,
    epochs: [...epochs],
    fitSeconds,
    underWay: { steps: underWay.losses.length, seconds: underWay.seconds },
    variables: variables.map(({ name, dtype, shape }) => ({ name, dtype, shape: [...shape] })),
  };
  // A parsed object has its keys in the order of the schema.
  return header.parse(plain);
}

/** @throws RangeError saying what is wrong with it */
export function parseHeader(text: string): StateHeader {
  const parsed = header.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  throw new RangeError(`its header is not as it should be: ${key}${issue?.message ?? 'invalid'}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
