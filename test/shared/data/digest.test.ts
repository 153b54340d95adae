import { createHash } from 'node:crypto';
import test from 'ava';
import { canonicalText, datasetInfo, partDigest, sha256 } from '../../../shared/data/digest.ts';
import type { Dataset } from '../../../shared/domain.ts';

const dataset: Dataset = {
  name: 'tiny',
  synthetic: false,
  classes: ['one "1"', 'two\n2'],
  image: { height: 1, width: 2, channels: 1 },
  train: { labels: Uint8Array.of(0, 1), pixels: Uint8Array.of(1, 2, 3, 4) },
  test: { labels: Uint8Array.of(1), pixels: Uint8Array.of(5, 6) },
};

test('the digest of a part is SHA-256 over labels, then pixels', (t) => {
  const expected = createHash('sha256')
    .update(Uint8Array.of(0, 1, 1, 2, 3, 4))
    .digest('hex');
  t.is(partDigest(dataset.train), expected as never);
});

test('the digest of a dataset is SHA-256 of its canonical text', (t) => {
  const info = datasetInfo(dataset);
  t.is(
    canonicalText(info),
    [
      'foldwise dataset 1\nimage 1 2 1\nclass "one \\"1\\""\nclass "two\\n2"\n',
      `train 2 ${partDigest(dataset.train)}\ntest 1 ${partDigest(dataset.test)}\n`,
    ].join(''),
  );
  t.is(info.digest, sha256(canonicalText(info)));
});

test('name, origin and limit leave the digest alone', (t) => {
  const { digest } = datasetInfo(dataset);
  t.is(datasetInfo({ ...dataset, name: 'other', synthetic: true }).digest, digest);
  t.is(datasetInfo(dataset, 2).digest, digest);
  t.is(datasetInfo(dataset, 2).limit, 2);
  t.false('limit' in datasetInfo(dataset));
});

test('classes, shape and every byte enter the digest', (t) => {
  const others: Dataset[] = [
    { ...dataset, classes: ['two\n2', 'one "1"'] },
    { ...dataset, image: { height: 2, width: 1, channels: 1 } },
    { ...dataset, train: dataset.test, test: dataset.train },
    { ...dataset, train: { ...dataset.train, labels: Uint8Array.of(1, 1) } },
    { ...dataset, test: { ...dataset.test, pixels: Uint8Array.of(5, 7) } },
  ];
  const digests = [dataset, ...others].map((each) => datasetInfo(each).digest);
  t.is(new Set(digests).size, digests.length);
});
