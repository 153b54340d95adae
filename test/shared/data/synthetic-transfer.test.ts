import { createHash } from 'node:crypto';
import test from 'ava';
import { syntheticTransfer } from '../../../shared/data/synthetic-transfer.ts';
import type { SyntheticProduct } from '../../../shared/data/synthetic-transfer.ts';
import { ARTICLES } from '../../../shared/data/synthetic/transfer/articles.ts';

const products = [...syntheticTransfer()];

test('the default products are the same to the byte on every machine', (t) => {
  t.is(products.length, 1000);
  // Any change to what is drawn, or to the generator, shows here: say so in the changelog.
  t.is(digestOf(products), 'fbadd45e0faf8d6a481f31bf9e82b7515a13db1c35d2e303d818fa9344826809');
});

test('a product depends on seed and number alone', (t) => {
  const few = [...syntheticTransfer({ count: 30 })];
  t.is(digestOf(few), digestOf(products.slice(0, 30)));
  t.is(digestOf(few), digestOf([...syntheticTransfer({ seed: 0, count: 30 })]));
  t.not(digestOf(few), digestOf([...syntheticTransfer({ seed: 1, count: 30 })]));
  t.deepEqual([...syntheticTransfer({ count: 0 })], []);
});

test('no two products share an id or a picture', (t) => {
  t.is(new Set(products.map(({ id }) => id)).size, products.length);
  t.is(new Set(products.map((product) => digestOf([product]))).size, products.length);
});

test('every article type occurs, about as often as its weight says', (t) => {
  const total = Object.values(ARTICLES).reduce((sum, { weight }) => sum + weight, 0);
  for (const [name, { weight }] of Object.entries(ARTICLES)) {
    const count = products.filter(({ articleType }) => articleType === name).length;
    const expected = (weight / total) * products.length;
    t.true(count > expected * 0.5 && count < expected * 1.6, `${name}: ${count} of ${expected}`);
  }
});

test('every picture shows something, in colour or not, on a bright background', (t) => {
  for (const { id, articleType, picture } of products) {
    const { width, height, pixels } = picture;
    t.deepEqual([width, height, pixels.length], [60, 80, 60 * 80 * 3]);
    const mean = (at: number): number =>
      ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3;
    const corner = Math.max(mean(0), mean(3 * 59));
    t.true(corner > 150, `the corner of ${id} (${articleType}) is ${corner}`);
    const all = Array.from({ length: width * height }, (_, index) => mean(3 * index));
    const drawn = all.filter((value) => Math.abs(value - corner) > 40).length;
    const share = drawn / all.length;
    t.true(share > 0.01 && share < 0.85, `${articleType} ${id} fills ${share}`);
  }
});

test('most pictures are colourful', (t) => {
  const colourful = products.filter(({ picture: { pixels } }) => {
    let coloured = 0;
    for (let at = 0; at < pixels.length; at += 3) {
      const light = pixels.subarray(at, at + 3);
      if (Math.max(...light) - Math.min(...light) > 40) coloured++;
    }
    return coloured > 100;
  });
  t.true(colourful.length > products.length * 0.6, `${colourful.length}`);
});

function digestOf(some: readonly SyntheticProduct[]): string {
  const hash = createHash('sha256');
  for (const { id, articleType, baseColour, picture } of some) {
    hash.update(JSON.stringify([id, articleType, baseColour])).update(picture.pixels);
  }
  return hash.digest('hex');
}
