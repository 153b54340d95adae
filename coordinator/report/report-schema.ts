import { z } from 'zod';
import {
  count,
  digest,
  environment,
  evaluation,
  interval,
  isSquare,
  list,
  nonnegative,
  positive,
  score,
  share,
  time,
} from './schema-parts.ts';
import { coverage, coverageProblems, transfer, transferProblems } from './transfer-schema.ts';

/**
 * The one description of `report.json`: the types below are inferred from it, reports are read
 * back through it, and docs/report.schema.json is generated from it. Readers ignore keys they do
 * not know, so that fields may be added without a new schema number.
 */
export const REPORT_SCHEMA = 1;

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
  holdOut: z.object({ fraction: share, seed: z.int() }).optional(),
  coverage: coverage.optional(),
});

/** What was trained: the network of the paper, or that of a file. */
const network = z.object({
  file: z.string().optional(),
  /** SHA-256 of the file. */
  digest: digest.optional(),
  /** Numbers among the weights, those that training does not move too. */
  parameters: positive,
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
  network: network.optional(),
  /** Present where folds were given up: all numbers are of the others alone. */
  incomplete: z.object({ missing: list(z.object({ fold: count, reason: z.string() })) }).optional(),
  folds: list(fold),
  summary,
  test: evaluation,
  transfer: transfer.optional(),
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
export type ReportEvaluation = z.infer<typeof evaluation>;
export type ReportEnvironment = z.infer<typeof environment>;

/** The JSON Schema (draft 2020-12) of `report.json`. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(shape, { io: 'input' });
}

function* inconsistencies(report: Report): Generator<string> {
  const size = report.data.classes.length;
  const missing = new Set(report.incomplete?.missing.map(({ fold }) => fold));
  const present = report.folds.length + missing.size;
  const expected = Array.from({ length: present }, (_, fold) => fold).filter(
    (fold) => !missing.has(fold),
  );
  for (const [index, { fold, validation }] of report.folds.entries()) {
    if (fold !== expected[index]) yield `folds must be in fold order: found ${fold} at ${index}`;
    if (!isSquare(validation.confusion, size)) {
      yield `the confusion matrix of fold ${fold} must be ${size} by ${size}, as data.classes`;
    }
  }
  if (!isSquare(report.test.confusion, size)) {
    yield `the confusion matrix of the test must be ${size} by ${size}, as data.classes`;
  }
  if (report.test.perClass.length !== size) yield `test.perClass must have ${size} entries`;
  if (!expected.includes(report.summary.bestFold)) yield 'summary.bestFold must name a fold';
  const { classes, limit, coverage } = report.data;
  if (coverage) yield* coverageProblems(coverage, 'data.coverage');
  if (report.transfer) yield* transferProblems(report.transfer, classes, limit !== undefined);
}
