import test from 'ava';
import fc from 'fast-check';
import { countImages, indexImages } from '../../shared/identical-images.ts';

/** Images of few bytes with few values, so that many are identical. */
const images = fc.integer({ min: 1, max: 3 }).chain((imageBytes) =>
  fc.record({
    imageBytes: fc.constant(imageBytes),
    pixels: fc
      .array(fc.array(fc.nat(2), { minLength: imageBytes, maxLength: imageBytes }), {
        maxLength: 40,
      })
      .map((list) => Uint8Array.from(list.flat())),
  }),
);

function slices(pixels: Uint8Array, imageBytes: number): string[] {
  const starts = [...new Array(pixels.length / imageBytes).keys()];
  return starts.map((i) => pixels.slice(i * imageBytes, (i + 1) * imageBytes).join());
}

for (const [name, hash] of [
  ['', undefined],
  [', though every hash collides', () => 0],
  [', though most hashes collide', (pixels: Uint8Array, offset: number) => pixels[offset]! % 2],
] as const) {
  test(`each image leads to the first one equal to it${name}`, (t) => {
    fc.assert(
      fc.property(images, ({ imageBytes, pixels }) => {
        const texts = slices(pixels, imageBytes);
        const { firstTwins, find } = indexImages(pixels, imageBytes, hash);
        t.deepEqual(
          [...firstTwins],
          texts.map((text) => texts.indexOf(text)),
        );
        texts.forEach((text, index) => t.is(find(pixels, index), texts.indexOf(text)));
      }),
    );
  });
}

test('an image the index does not hold is not found', (t) => {
  const { find } = indexImages(Uint8Array.of(1, 2, 3, 4), 2);
  t.is(find(Uint8Array.of(2, 3, 3, 4), 0), undefined);
  t.is(find(Uint8Array.of(2, 3, 3, 4), 1), 1);
});

test('images that differ in one pixel, or in the order of pixels, are told apart', (t) => {
  const image = Uint8Array.from({ length: 784 }, (_, index) => index % 256);
  const other = image.slice();
  other[783]! ^= 1;
  const pixels = new Uint8Array([...image, ...other, ...image.slice().reverse(), ...image]);
  t.deepEqual([...indexImages(pixels, 784).firstTwins], [0, 1, 2, 0]);
});

test('pixels that are no whole number of images are refused', (t) => {
  t.is(countImages(new Uint8Array(0), 784), 0);
  t.throws(() => countImages(new Uint8Array(785), 784), { instanceOf: RangeError });
  t.throws(() => countImages(new Uint8Array(5), 0), { instanceOf: RangeError });
  t.throws(() => countImages(new Uint8Array(0), 0), { instanceOf: RangeError });
});
