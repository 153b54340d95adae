import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import type { DatasetPart } from '../../shared/domain.ts';
import { duplicateReport, findDuplicates } from '../../shared/duplicates.ts';
import { stratifiedFolds } from '../../shared/folds.ts';

/** A part of images of one byte each. */
const part = (pixels: readonly number[], labels: readonly number[] = pixels): DatasetPart => ({
  pixels: Uint8Array.from(pixels),
  labels: Uint8Array.from(labels),
});

test('identical images are grouped in order of the first', (t) => {
  const pixels = Uint8Array.from([1, 1, 2, 2, 3, 3, 2, 2, 1, 1, 2, 2, 1, 2]);
  t.deepEqual(findDuplicates(pixels, 2), [
    [0, 4],
    [1, 3, 5],
  ]);
  t.deepEqual(findDuplicates(new Uint8Array(0), 2), []);
});

test('a report tells leaks across a split, into the test, and labels that disagree', (t) => {
  const train = part([10, 20, 10, 30, 20, 20, 40], [0, 1, 0, 2, 1, 9, 3]);
  const test = part([50, 20, 40, 40], [5, 1, 3, 8]);
  const validation = [
    [0, 2, 3],
    [1, 4],
    [5, 6],
  ];
  t.deepEqual(duplicateReport({ train, test, imageBytes: 1, validation }), {
    train: {
      groups: 2,
      images: 5,
      conflictingGroups: 1,
      examples: [
        [0, 2],
        [1, 4, 5],
      ],
    },
    // 0 and 2 share fold 0, so only image 20 leaks: twice out of fold 1, once out of fold 2.
    validationInTraining: [0, 2, 1],
    test: {
      inTrain: 3,
      // Test image 1 says 1 like two of its twins but not the third; 3 says 8 where train has 3.
      conflicting: 2,
      examples: [
        { test: 1, train: 1 },
        { test: 2, train: 6 },
        { test: 3, train: 6 },
      ],
    },
  });
});

test('a report counts what the slow twin counts', (t) => {
  const labelled = fc.array(fc.tuple(fc.nat(12), fc.nat(2)), { minLength: 4, maxLength: 30 });
  fc.assert(
    fc.property(labelled, labelled, fc.infiniteStream(fc.nat(2)), (train, others, folds) => {
      const foldOf = train.map((_, index) => (index < 3 ? index : (folds.next().value as number)));
      const indices = [...train.keys()];
      const twinsOf = (pixel: number) => indices.filter((index) => train[index]![0] === pixel);
      const report = duplicateReport({
        train: part(
          train.map(([pixel]) => pixel),
          train.map(([, label]) => label),
        ),
        test: part(
          others.map(([pixel]) => pixel),
          others.map(([, label]) => label),
        ),
        imageBytes: 1,
        validation: [0, 1, 2].map((fold) => indices.filter((index) => foldOf[index] === fold)),
      });
      t.deepEqual(
        report.validationInTraining,
        [0, 1, 2].map(
          (fold) =>
            indices.filter(
              (index) =>
                foldOf[index] === fold &&
                twinsOf(train[index]![0]).some((twin) => foldOf[twin] !== fold),
            ).length,
        ),
      );
      const repeated = indices.filter((index) => twinsOf(train[index]![0]).length > 1);
      t.is(report.train.images, repeated.length);
      t.is(report.train.groups, new Set(repeated.map((index) => train[index]![0])).size);
      const known = others.filter(([pixel]) => twinsOf(pixel).length > 0);
      t.is(report.test.inTrain, known.length);
      t.is(
        report.test.conflicting,
        known.filter(([pixel, label]) => twinsOf(pixel).some((i) => train[i]![1] !== label)).length,
      );
      t.is(
        report.train.conflictingGroups,
        new Set(
          repeated
            .filter((i) => twinsOf(train[i]![0]).some((twin) => train[twin]![1] !== train[i]![1]))
            .map((i) => train[i]![0]),
        ).size,
      );
    }),
  );
});

test('a report keeps five examples of each kind', (t) => {
  const train = part([...Array(20).keys(), ...Array(20).keys()]);
  const report = duplicateReport({
    train,
    test: train,
    imageBytes: 1,
    validation: [[...Array(20).keys()], [...Array(20).keys()].map((index) => index + 20)],
  });
  t.is(report.train.groups, 20);
  t.is(report.train.examples.length, 5);
  t.is(report.test.inTrain, 40);
  t.is(report.test.examples.length, 5);
  t.deepEqual(report.validationInTraining, [20, 20]);
});

test('the real Fashion-MNIST has no two identical images', (t) => {
  const folder = join(
    process.env['FOLDWISE_TEST_DATA'] ?? join(import.meta.dirname, '../../../shared/data'),
    'fashion-mnist',
  );
  if (!existsSync(folder)) {
    t.log(`skipped: no ${folder}; FOLDWISE_TEST_DATA names the folder that holds fashion-mnist`);
    t.pass();
    return;
  }
  const read = (name: string, header: number) =>
    new Uint8Array(gunzipSync(readFileSync(join(folder, name)))).subarray(header);
  const train = {
    labels: read('train-labels-idx1-ubyte.gz', 8),
    pixels: read('train-images-idx3-ubyte.gz', 16),
  };
  const report = duplicateReport({
    train,
    test: {
      labels: read('t10k-labels-idx1-ubyte.gz', 8),
      pixels: read('t10k-images-idx3-ubyte.gz', 16),
    },
    imageBytes: 784,
    validation: stratifiedFolds({ labels: train.labels, k: 3, seed: 7 }),
  });
  t.deepEqual(report, {
    train: { groups: 0, images: 0, conflictingGroups: 0, examples: [] },
    validationInTraining: [0, 0, 0],
    test: { inTrain: 0, conflicting: 0, examples: [] },
  });
});
