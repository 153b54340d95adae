import test from 'ava';
import fc from 'fast-check';
import { pixelNormalisation } from '../../../worker/trainer/normalisation.ts';

test('mean and deviation are those of the chosen images alone', (t) => {
  const pixels = Uint8Array.of(0, 2, 9, 9, 4, 6);
  t.deepEqual(pixelNormalisation(pixels, 2, Int32Array.of(2, 0)), { mean: 3, std: Math.sqrt(5) });
});

test('equal pixels have deviation 1, so that dividing by it is safe', (t) => {
  const pixels = new Uint8Array(12).fill(255);
  t.deepEqual(pixelNormalisation(pixels, 3, Int32Array.of(0, 1, 3)), { mean: 255, std: 1 });
});

test('the order of the images does not matter, and the values agree with a slow twin', (t) => {
  const images = fc.uint8Array({ minLength: 8, maxLength: 400 });
  const property = fc.property(images, fc.nat(), (pixels, rotation) => {
    const count = Math.floor(pixels.length / 4);
    const indices = Int32Array.from({ length: count }, (_, index) => index);
    const turned = indices.map((index) => (index + rotation) % count);
    const found = pixelNormalisation(pixels, 4, indices);
    t.deepEqual(pixelNormalisation(pixels, 4, turned), found);
    const values = [...pixels.subarray(0, count * 4)];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    t.true(Math.abs(found.mean - mean) < 1e-9);
    t.true(Math.abs(found.std - (variance === 0 ? 1 : Math.sqrt(variance))) < 1e-9);
  });
  fc.assert(property);
  t.pass();
});
