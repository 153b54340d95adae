import type { DatasetInfo, EvaluationResult } from '../../shared/domain.ts';
import { findDuplicates } from '../../shared/duplicates.ts';
import type { ClassScore } from '../../shared/metrics.ts';
import type { Coverage } from '../../shared/transfer.ts';
import { balancedAccuracy, describeEvaluation } from './evaluation-json.ts';
import type { TransferResults } from './run-results.ts';
import type { ReportCoverage, ReportSample, ReportTransfer } from './transfer-schema.ts';

const CAUTION =
  'The intervals speak of this one model and of pictures like these, each counted as independent. ' +
  'They do not cover another training, pictures of another origin, another table from article ' +
  'types to classes, another way of preparing the pictures, or pictures that resemble each other: ' +
  'many products are alike, and identical pictures count once each, so the true intervals are ' +
  'wider. Classes are not equally frequent: compare with the baseline, and see the balanced ' +
  'accuracy.';

interface DescribedPlan {
  readonly plan: { readonly dataset: Pick<DatasetInfo, 'classes' | 'image'> };
}

/**
 * Makes `transfer` of `report.json`. Pure.
 *
 * @param samples - pictures to show, already encoded
 */
export function describeTransfer(
  { plan: { dataset } }: DescribedPlan,
  transfer: TransferResults,
  samples: readonly ReportSample[],
): ReportTransfer {
  const { set } = transfer;
  const { classes, image } = dataset;
  return {
    ...{ name: set.name, synthetic: set.synthetic, ...describeCoverage(set.coverage) },
    baseline: baselineOf(describeEvaluation(transfer.fit, classes).perClass),
    paper: describePreparation(transfer.paper, classes),
    fit: describePreparation(transfer.fit, classes),
    articleTypes: countByArticleType(transfer, classes),
    duplicates: countDuplicates(transfer, image.height * image.width * image.channels),
    ...{ caution: CAUTION, samples },
  };
}

/** What became of the rows of `styles.csv`, without anything more that may have come along. */
export function describeCoverage(coverage: Coverage): ReportCoverage {
  const { rows, mapped, unmapped, missing, unreadable } = coverage;
  const tally = ({ count, byArticleType }: Coverage['mapped']) => {
    return { count, byArticleType: { ...byArticleType } };
  };
  return {
    ...{ rows, mapped: tally(mapped) },
    unmapped: { ...tally(unmapped), withoutImage: unmapped.withoutImage },
    missing: tally(missing),
    unreadable: {
      ...tally(unreadable),
      ...{ byReason: { ...unreadable.byReason }, examples: unreadable.examples },
    },
  };
}

function describePreparation(
  result: EvaluationResult,
  classes: readonly string[],
): ReportTransfer['fit'] {
  const evaluation = describeEvaluation(result, classes);
  const { loss, accuracy, ...rest } = evaluation;
  return { loss, accuracy, balancedAccuracy: balancedAccuracy(evaluation.perClass), ...rest };
}

/** What always answering the most frequent class would score; of equals the first. */
function baselineOf(scores: readonly ClassScore[]): ReportTransfer['baseline'] {
  const total = scores.reduce((sum, { support }) => sum + support, 0);
  const most = scores.reduce((best, score) => (score.support > best.support ? score : best));
  return { class: most.class, accuracy: most.support / total };
}

/** Most frequent first, ties by name; empty where the class of each picture is not known. */
function countByArticleType(
  { set, paper, fit }: TransferResults,
  classes: readonly string[],
): ReportTransfer['articleTypes'] {
  const total = set.sources.length;
  if (paper.predicted.length !== total || fit.predicted.length !== total) return [];
  const rows = new Map<string, { -readonly [Key in keyof ArticleType]: ArticleType[Key] }>();
  set.sources.forEach(({ articleType }, index) => {
    const label = set.fit.labels[index] ?? 0;
    const row = rows.get(articleType) ?? {
      ...{ articleType, class: classes[label] ?? '', images: 0, paperCorrect: 0, fitCorrect: 0 },
    };
    row.images++;
    if (paper.predicted[index] === label) row.paperCorrect++;
    if (fit.predicted[index] === label) row.fitCorrect++;
    rows.set(articleType, row);
  });
  return [...rows.values()].sort(
    (a, b) => b.images - a.images || (a.articleType < b.articleType ? -1 : 1),
  );
}

type ArticleType = ReportTransfer['articleTypes'][number];

/** Counted on the pictures as the model saw them, prepared the paper's way. */
function countDuplicates(
  { set }: TransferResults,
  imageBytes: number,
): ReportTransfer['duplicates'] {
  const groups = findDuplicates(set.paper.pixels, imageBytes);
  const labelsOf = (group: readonly number[]): number =>
    new Set(group.map((index) => set.paper.labels[index])).size;
  return {
    groups: groups.length,
    images: groups.reduce((sum, group) => sum + group.length, 0),
    conflictingGroups: groups.filter((group) => labelsOf(group) > 1).length,
  };
}
