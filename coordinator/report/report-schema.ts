import { z } from 'zod';

/**
 * The one description of `report.json`: the types below are inferred from it, reports are read
 * back through it, and docs/report.schema.json is generated from it. Readers ignore keys they do
 * not know, so that fields may be added without a new schema number.
 */
export const REPORT_SCHEMA = 1;

const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const count = z.int().nonnegative();
const positive = z.int().positive();
const nonnegative = z.number().nonnegative();
const share = z.number().min(0).max(1);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime();

const score = z.object({ loss: nonnegative, accuracy: share, confusion: list(list(count)) });

const interval = z.object({
  level: share,
  low: z.number(),
  high: z.number(),
  method: z.string(),
});

const environment = z.object({
  host: z.string(),
  foldwise: z.string(),
  node: z.string(),
  engine: z.string(),
  tensorflow: z.string(),
  device: z.string(),
  processor: z.string(),
  processorFeatures: list(z.string()),
  threads: positive,
  step: z.string(),
});

const run = z.object({
  id: z.string(),
  seed: z.int(),
  config: z.record(z.string(), z.unknown()),
  versions: z.object({ foldwise: z.string(), node: z.string(), protocol: count }),
  startedAt: time,
  finishedAt: time,
});

const data = z.object({
  name: z.string(),
  digest,
  synthetic: z.boolean(),
  trainSize: positive,
  testSize: positive,
  classes: list(z.string()),
  image: z.object({ height: positive, width: positive, channels: positive }),
  limit: positive.optional(),
});

const epoch = z.object({
  epoch: positive,
  trainLoss: nonnegative,
  trainAccuracy: share,
  validationLoss: nonnegative,
  validationAccuracy: share,
  seconds: nonnegative,
});

const fold = z.object({
  fold: count,
  attempt: positive,
  worker: z.string(),
  trainSize: positive,
  validationSize: positive,
  fitSeconds: nonnegative,
  scoreSeconds: nonnegative,
  epochs: list(epoch).refine((epochs) => epochs.length > 0, 'at least one epoch'),
  validation: score,
  model: z.object({ topologyDigest: digest, weightsDigest: digest, weightsBytes: count }),
  environment,
});

const summary = z.object({
  meanValidationAccuracy: share,
  stdValidationAccuracy: nonnegative,
  bestFold: count,
  interval,
  selection: z.object({ rule: z.string(), caution: z.string() }),
});

const test = score.extend({
  perClass: list(
    z.object({ class: z.string(), precision: share, recall: share, f1: share, support: count }),
  ),
  interval,
  fold: count,
  attempt: positive,
  worker: z.string(),
  seconds: nonnegative,
  environment,
});

const duplicates = z.object({
  train: z.object({
    groups: count,
    images: count,
    conflictingGroups: count,
    examples: list(list(count)),
  }),
  validationInTraining: list(count),
  test: z.object({
    inTrain: count,
    conflicting: count,
    examples: list(z.object({ test: count, train: count })),
  }),
});

const shape = z.object({
  schema: z.literal(REPORT_SCHEMA),
  run,
  data,
  folds: list(fold),
  summary,
  test,
  duplicates,
  warnings: list(z.string()),
});

/** Reads a report back: `reportSchema.parse(JSON.parse(text))`; throws a ZodError otherwise. */
export const reportSchema = shape.superRefine((report, context) => {
  for (const message of inconsistencies(report)) context.addIssue({ code: 'custom', message });
});

export type Report = z.infer<typeof shape>;
export type ReportFold = Report['folds'][number];
export type ReportInterval = z.infer<typeof interval>;
export type ReportEnvironment = z.infer<typeof environment>;

/** The JSON Schema (draft 2020-12) of `report.json`. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(shape, { io: 'input' });
}

function* inconsistencies(report: Report): Generator<string> {
  const size = report.data.classes.length;
  for (const [index, { fold, validation }] of report.folds.entries()) {
    if (fold !== index) yield `folds must be in fold order: found ${fold} at ${index}`;
    if (!isSquare(validation.confusion, size)) {
      yield `the confusion matrix of fold ${fold} must be ${size} by ${size}, as data.classes`;
    }
  }
  if (!isSquare(report.test.confusion, size)) {
    yield `the confusion matrix of the test must be ${size} by ${size}, as data.classes`;
  }
  if (report.test.perClass.length !== size) yield `test.perClass must have ${size} entries`;
  if (report.summary.bestFold >= report.folds.length) yield 'summary.bestFold must name a fold';
}

function isSquare(matrix: readonly (readonly number[])[], size: number): boolean {
  return matrix.length === size && matrix.every((row) => row.length === size);
}
