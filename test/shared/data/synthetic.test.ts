import { createHash } from 'node:crypto';
import test from 'ava';
import { datasetInfo } from '../../../shared/data/digest.ts';
import { loadDataset } from '../../../shared/data/load.ts';
import { syntheticDataset } from '../../../shared/data/synthetic.ts';
import type { DatasetPart } from '../../../shared/domain.ts';

const small = { trainCount: 60, testCount: 20 };

test('the default set is the same to the byte on every machine', async (t) => {
  const { dataset, info } = await loadDataset({ data: 'synthetic' });
  // Any change to what is drawn, or to the generator, shows here: say so in the changelog.
  t.is(info.digest, '68935d2a48621a8d83ca994646415590fef9cccdbb0c9b11d0bf8ab7fa03aaa1' as never);
  t.true(info.synthetic);
  t.is(info.name, 'synthetic');
  t.is(info.train.count, 6000);
  t.is(info.test.count, 1000);
  t.is(info.classes.length, 10);
  const train = new Set(imagesOf(dataset.train));
  t.is(train.size, 6000, 'training images repeat');
  t.deepEqual(
    imagesOf(dataset.test).filter((image) => train.has(image)),
    [],
  );
});

test('the same options draw the same set, another seed another', (t) => {
  const digest = datasetInfo(syntheticDataset(small)).digest;
  t.is(datasetInfo(syntheticDataset({ ...small, seed: 0 })).digest, digest);
  t.not(datasetInfo(syntheticDataset({ ...small, seed: 1 })).digest, digest);
});

test('classes are within one of equal size, and mixed', (t) => {
  const { labels } = syntheticDataset({ trainCount: 64, testCount: 0 }).train;
  const counts = Array.from({ length: 10 }, (_, label) => labels.filter((l) => l === label).length);
  t.deepEqual(counts, [7, 7, 7, 7, 6, 6, 6, 6, 6, 6]);
  t.true(labels.some((label, at) => label < (labels[at - 1] ?? 0)));
});

test('a larger set holds the pictures of a smaller one', (t) => {
  const images = imagesOf(syntheticDataset(small).train);
  const more = new Set(imagesOf(syntheticDataset({ ...small, trainCount: 90 }).train));
  t.true(images.every((image) => more.has(image)));
});

test('every picture shows something bright on black', (t) => {
  const { labels, pixels } = syntheticDataset({ trainCount: 500, testCount: 0 }).train;
  for (let index = 0; index < labels.length; index++) {
    const image = pixels.subarray(index * 784, (index + 1) * 784);
    const lit = image.filter((pixel) => pixel > 20).length;
    t.true(lit > 40 && lit < 600, `image ${index} of class ${labels[index]}: ${lit} lit pixels`);
  }
});

/** Each image as a digest. */
function imagesOf({ labels, pixels }: DatasetPart): string[] {
  return Array.from(labels, (_, index) =>
    createHash('sha256')
      .update(pixels.subarray(index * 784, (index + 1) * 784))
      .digest('hex'),
  );
}
