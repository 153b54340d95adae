import { contentDigest, datasetInfo, partDigest } from '../../shared/data/digest.ts';
import { PUBLISHED_DATASETS, type PublishedDataset } from '../../shared/data/catalogue.ts';
import type { OpenedData } from '../../shared/data/open.ts';
import { imageSizeBytes } from '../../shared/data/part-file.ts';
import type { DatasetPart } from '../../shared/domain.ts';
import { duplicateReport } from '../../shared/duplicates.ts';

/** What `foldwise data info` finds; as JSON, documented in docs/data.md. */
export type DataDescription = ReturnType<typeof describeData>;

/** Counts what was opened. */
export function describeData(opened: OpenedData) {
  const { kind, folder, name, synthetic, image, classes, train, test, coverage } = opened;
  const whole = test && datasetInfo({ name, synthetic, classes, image, train, test });
  const trainCounts = countLabels(train, classes.length);
  const testCounts = test && countLabels(test, classes.length);
  return {
    schema: 1,
    kind,
    folder: folder ?? null,
    name,
    synthetic,
    image,
    /** Null where a run makes a test part first: it depends on the seed then. */
    digest: whole?.digest ?? null,
    /** The published dataset that has the same images, in whatever order. */
    sameImagesAs: test ? sameImages(opened, test) : null,
    train: { count: train.labels.length, digest: partDigest(train) },
    test: test ? { count: test.labels.length, digest: partDigest(test) } : null,
    classes: classes.map((title, label) => ({
      name: title,
      train: trainCounts[label] ?? 0,
      test: testCounts ? (testCounts[label] ?? 0) : null,
    })),
    duplicates: countDuplicates(opened),
    coverage: coverage ?? null,
  };
}

type Content = PublishedDataset['content']['train'];

/** Copies of published datasets go round in other orders, which makes them other datasets. */
function sameImages({ train, image }: OpenedData, test: DatasetPart): string | null {
  const isSame = (part: DatasetPart, published: Content): boolean =>
    part.labels.length === published.count &&
    contentDigest(part, imageSizeBytes(image)) === published.contentDigest;
  const found = PUBLISHED_DATASETS.find(
    ({ content }) => isSame(test, content.test) && isSame(train, content.train),
  );
  return found?.name ?? null;
}

function countLabels({ labels }: DatasetPart, classCount: number): readonly number[] {
  const counts = Array<number>(classCount).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

function countDuplicates({ train, test, image }: OpenedData) {
  const none = { labels: new Uint8Array(), pixels: new Uint8Array() };
  const imageBytes = imageSizeBytes(image);
  const report = duplicateReport({ train, test: test ?? none, imageBytes, validation: [] });
  const { groups, images, conflictingGroups } = report.train;
  const { inTrain, conflicting } = report.test;
  return {
    train: { groups, images, conflictingGroups },
    test: test ? { inTrain, conflicting } : null,
  };
}
