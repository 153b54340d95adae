import test from 'ava';
import type { DataDescription } from '../../../cli/data/describe-data.ts';
import { renderData } from '../../../cli/data/render-data.ts';
import { asDigest } from '../../../shared/domain.ts';

const digest = asDigest('ab'.repeat(32));
const pictures: DataDescription = {
  schema: 1,
  kind: 'images',
  folder: 'shop',
  name: 'shop',
  synthetic: false,
  image: { height: 28, width: 28, channels: 1 },
  digest: null,
  sameImagesAs: null,
  train: { count: 1200, digest },
  test: null,
  classes: [
    { name: 'Bag', train: 1199, test: null },
    { name: 'Hat \u{1b}[31m', train: 1, test: null },
  ],
  duplicates: { train: { groups: 1, images: 2, conflictingGroups: 0 }, test: null },
  coverage: {
    rows: 1300,
    mapped: { count: 1200, byArticleType: { Handbags: 1000, Clutches: 200 } },
    unmapped: {
      count: 90,
      withoutImage: 2,
      byArticleType: { Belts: 40, Ties: 20, Watches: 10, Caps: 8, Socks: 6, Rings: 4, Toys: 2 },
    },
    missing: { count: 0, byArticleType: {} },
    unreadable: {
      count: 10,
      byArticleType: { Handbags: 10 },
      byReason: { 'cut short': 10 },
      examples: [{ file: 'images/7.jpg', reason: 'cut short' }],
    },
  },
};
const asIs = (_style: unknown, text: string): string => text;

test('a folder of pictures is told with what became of its table', (t) => {
  t.is(
    renderData(pictures, asIs),
    `shop  folder of pictures in shop
images      28×28 pixels, grey: 1,200 for training, no test part: a run holds
            some of them out (--test-fraction, 1/7)
digest      ${digest}
            (training part; that of a run depends on its test part)
identical   2 training images in 1 set

class      training
Bag           1,199
Hat \u{fffd}[31m         1

of 1,300 rows of styles.csv
mapped      1,200: Handbags 1,000, Clutches 200
unmapped    90 of no class (2 also without a picture): Belts 40, Ties 20,
            Watches 10, Caps 8, Socks 6, 2 more
missing     0
unreadable  10: cut short 10
  images/7.jpg: cut short
`,
  );
});

test('the images of a published dataset in another order are recognised', (t) => {
  const shuffled = {
    ...pictures,
    digest,
    sameImagesAs: 'fashion-mnist',
    test: { count: 3, digest },
    coverage: null,
  };
  const text = renderData(shuffled, asIs).replaceAll(/\n +/g, ' ');
  t.true(text.includes(`${digest}; the images of fashion-mnist, in another order`));
});

test('synthetic data are called so in the first line', (t) => {
  t.regex(renderData({ ...pictures, synthetic: true }, asIs), /^SYNTHETIC DATA/);
});
