import type { EvaluationResult } from '../../../shared/domain.ts';
import { accuracyOf, confusionMatrix } from '../../../shared/metrics.ts';
import type { Coverage, Tally } from '../../../shared/transfer.ts';
import type { RunResults, TransferResults } from '../../../coordinator/report/run-results.ts';

const SIDE = 28;

/** The results with a transfer evaluation: invented, consistent, and always the same. */
export function withTransfer(
  results: RunResults,
  { synthetic = false, largestClass = 40 } = {},
): RunResults {
  return { ...results, transfer: sampleTransfer(results, synthetic, largestClass) };
}

function sampleTransfer(
  { plan, evaluation }: RunResults,
  synthetic: boolean,
  largestClass: number,
): TransferResults {
  const { classes } = plan.dataset;
  // Class after class fewer pictures, of two article types each.
  const labels = Uint8Array.from(
    classes.flatMap((_, label) =>
      Array.from({ length: Math.max(3, largestClass - 3 * label) }, () => label),
    ),
  );
  const sources = [...labels].map((label, index) => ({
    id: String(1163 + 17 * index),
    articleType: `${classes[label]} ${index % 3 === 0 ? 'low' : 'high'}`,
  }));
  const result = (way: 'paper' | 'fit', errors: number): EvaluationResult => {
    const predicted = labels.map((label, index) =>
      (index * 7919) % 100 < errors * 100 ? (label + 1 + (index % 2)) % classes.length : label,
    );
    const confusion = confusionMatrix(labels, predicted, classes.length);
    const accuracy = accuracyOf(confusion);
    return {
      ...{ ...evaluation, part: `transfer-${way}`, attempt: 1, predicted },
      score: { loss: 2.5 * (1 - accuracy) + 0.3, accuracy, confusion },
    };
  };
  return {
    set: {
      ...{ name: synthetic ? 'synthetic-photographs' : 'fashion-products', synthetic, sources },
      paper: { labels, pixels: drawn(labels, SIDE - 4) },
      fit: { labels, pixels: drawn(labels, SIDE - 12) },
      coverage: sampleCoverage(sources.map(({ articleType }) => articleType)),
    },
    paper: result('paper', 0.71),
    fit: result('fit', 0.58),
  };
}

/** Rows of `styles.csv` of which the given ones are mapped. */
export function sampleCoverage(mapped: readonly string[]): Coverage {
  const unmapped = tallyOf([...times(12, 'Watches'), ...times(5, 'Sunglasses'), 'NA', '=1+1']);
  const missing = tallyOf(['Shirts', 'Heels']);
  const unreadable = tallyOf(['Heels', 'Heels', 'Flats']);
  return {
    rows: mapped.length + unmapped.count + missing.count + unreadable.count,
    mapped: tallyOf(mapped),
    unmapped: { ...unmapped, withoutImage: 2 },
    missing,
    unreadable: {
      ...unreadable,
      byReason: { 'the file is empty': 2, 'the file is no JPEG': 1 },
      examples: [
        { file: 'images/1529.jpg', reason: 'the file is empty' },
        { file: 'images/2001.jpg', reason: 'the file is no JPEG' },
        { file: 'images/39403.jpg', reason: 'the file is empty' },
      ],
    },
  };
}

function tallyOf(articleTypes: readonly string[]): Tally {
  const counts = new Map<string, number>();
  for (const name of articleTypes) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { count: articleTypes.length, byArticleType: Object.fromEntries(sorted) };
}

/** A block of this height for each picture, its width by class; every tenth is as the one before. */
function drawn(labels: Uint8Array, height: number): Uint8Array {
  const pixels = new Uint8Array(labels.length * SIDE * SIDE);
  labels.forEach((label, index) => {
    const alike = index % 10 === 9 && labels[index - 1] === label ? index - 1 : index;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < 8 + 2 * (label % 10); x++) {
        pixels[index * SIDE * SIDE + (y + 2) * SIDE + x] = 255 - ((x * 5 + y * 3 + alike) % 200);
      }
    }
  });
  return pixels;
}

const times = (count: number, name: string): string[] => Array.from({ length: count }, () => name);
