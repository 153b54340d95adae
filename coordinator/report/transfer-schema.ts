/** The transfer evaluation in `report.json`, and the rows of `styles.csv`. Pure. */
import { z } from 'zod';
import { totalOf } from '../../shared/metrics.ts';
import { count, evaluation, isSquare, list, share } from './schema-parts.ts';

const counts = z.record(z.string(), count);
const tally = z.object({ count, byArticleType: counts });

export const coverage = z.object({
  rows: count,
  mapped: tally,
  unmapped: tally.extend({ withoutImage: count }),
  missing: tally,
  unreadable: tally.extend({
    byReason: counts,
    examples: list(z.object({ file: z.string(), reason: z.string() })),
  }),
});

const preparation = evaluation.extend({ balancedAccuracy: share });

const picture = z.object({ predicted: z.string(), png: z.base64() });

const sample = z.object({
  id: z.string(),
  articleType: z.string(),
  class: z.string(),
  paper: picture,
  fit: picture,
});

export const transfer = z.object({
  name: z.string(),
  synthetic: z.boolean(),
  ...coverage.shape,
  baseline: z.object({ class: z.string(), accuracy: share }),
  paper: preparation,
  fit: preparation,
  articleTypes: list(
    z.object({
      ...{ articleType: z.string(), class: z.string(), images: count },
      ...{ paperCorrect: count, fitCorrect: count },
    }),
  ),
  duplicates: z.object({ groups: count, images: count, conflictingGroups: count }),
  caution: z.string(),
  samples: list(sample),
});

export type ReportCoverage = z.infer<typeof coverage>;
export type ReportTransfer = z.infer<typeof transfer>;
export type ReportSample = z.infer<typeof sample>;

/** What cannot be true of a coverage, in words. */
export function* coverageProblems(of: ReportCoverage, name: string): Generator<string> {
  const tallies = { mapped: of.mapped, unmapped: of.unmapped, missing: of.missing };
  for (const [part, { count, byArticleType }] of Object.entries({
    ...tallies,
    unreadable: of.unreadable,
  })) {
    if (sum(byArticleType) !== count)
      yield `${name}.${part}.byArticleType must add up to its count`;
  }
  const { mapped, unmapped, missing, unreadable, rows } = of;
  if (mapped.count + unmapped.count + missing.count + unreadable.count !== rows) {
    yield `mapped, unmapped, missing and unreadable of ${name} must add up to its rows`;
  }
  if (sum(unreadable.byReason) !== unreadable.count) {
    yield `${name}.unreadable.byReason must add up to its count`;
  }
  if (unmapped.withoutImage > unmapped.count) {
    yield `${name}.unmapped.withoutImage must be part of its count`;
  }
}

/**
 * What cannot be true of a transfer evaluation, in words.
 *
 * @param isLimited - whether `--limit` may have left out some of the pictures
 */
export function* transferProblems(
  of: ReportTransfer,
  classes: readonly string[],
  isLimited: boolean,
): Generator<string> {
  yield* coverageProblems(of, 'transfer');
  for (const preparation of ['paper', 'fit'] as const) {
    const { confusion, perClass } = of[preparation];
    const name = `transfer.${preparation}`;
    if (!isSquare(confusion, classes.length)) {
      yield `the confusion matrix of ${name} must be ${classes.length} by ${classes.length}, as data.classes`;
    }
    const total = totalOf(confusion);
    if (isLimited ? total > of.mapped.count : total !== of.mapped.count) {
      yield `the confusion matrix of ${name} counts ${total} images, transfer.mapped ${of.mapped.count}`;
    }
    if (perClass.length !== classes.length) {
      yield `${name}.perClass must have ${classes.length} entries`;
    }
  }
  const supports = ({ perClass }: ReportTransfer['fit']): string =>
    perClass.map(({ support }) => support).join();
  if (supports(of.paper) !== supports(of.fit)) {
    yield 'transfer.paper and transfer.fit must be of the same images';
  }
  for (const { class: name } of [...of.samples, ...of.articleTypes, of.baseline]) {
    if (!classes.includes(name)) yield `"${name}" in transfer is none of data.classes`;
  }
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
