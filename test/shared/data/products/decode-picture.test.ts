import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import fc from 'fast-check';
import sharp from 'sharp';
import { decodePicture } from '../../../../shared/data/products/decode-picture.ts';
import { PictureError } from '../../../../shared/data/products/picture.ts';
import type { PictureProblem } from '../../../../shared/data/products/picture.ts';
import { BLACK, bomb, drawn, encoded, folderOf, photograph, WHITE } from './pictures.ts';

const leftBlack = drawn(8, 4, (x) => (x < 4 ? BLACK : WHITE));

for (const format of ['png', 'webp', 'tiff', 'gif', 'jpeg'] as const) {
  test(`a ${format} file gives its pixels`, async (t) => {
    const picture = await decodePicture(await encoded(leftBlack, format));
    t.is(picture.width, 8);
    t.is(picture.height, 4);
    t.is(picture.pixels.length, 8 * 4 * 3);
    t.true((picture.pixels[0] ?? 255) < 20, 'left is black');
    t.true((picture.pixels[21] ?? 0) > 235, 'right is white');
  });
}

test('a path is read, whatever the extension says', async (t) => {
  const folder = await folderOf(t, { 'a.jpg': await encoded(leftBlack, 'png') });
  t.deepEqual([...(await decodePicture(path.join(folder, 'a.jpg'))).pixels], [...leftBlack.pixels]);
});

test('the orientation that a camera notes is applied', async (t) => {
  const { width, height, pixels } = leftBlack;
  const turned = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  const picture = await decodePicture(turned);
  t.deepEqual([picture.width, picture.height], [4, 8]);
  t.deepEqual([...picture.pixels.subarray(0, 3)], BLACK, 'what was left is on top');
  t.deepEqual([...picture.pixels.subarray(-3)], WHITE);
});

test('what is transparent is white', async (t) => {
  const bytes = Buffer.from([0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 128]);
  const png = await sharp(bytes, { raw: { width: 3, height: 1, channels: 4 } })
    .png()
    .toBuffer();
  const { pixels } = await decodePicture(png);
  t.deepEqual([...pixels.subarray(0, 6)], [...WHITE, ...BLACK]);
  t.true(Math.abs((pixels[6] ?? 0) - 127) <= 1);
});

test('16 bits, grey and inks become 8 bits of sRGB', async (t) => {
  const { width, height, pixels } = leftBlack;
  const of = () => sharp(pixels, { raw: { width, height, channels: 3 } });
  const files = {
    '16 bits': await of().toColourspace('rgb16').png().toBuffer(),
    grey: await of().toColourspace('b-w').png().toBuffer(),
    'grey, 16 bits': await of().toColourspace('grey16').png().toBuffer(),
    'grey with alpha': await of().toColourspace('b-w').ensureAlpha(1).png().toBuffer(),
    palette: await of().png({ palette: true }).toBuffer(),
    inks: await of().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const picture = await decodePicture(bytes);
    t.is(picture.pixels.length, 8 * 4 * 3, name);
    t.true((picture.pixels[0] ?? 255) < 50, `${name}: left is black`);
    t.true((picture.pixels[23] ?? 0) > 240, `${name}: right is white`);
  }
});

test('the first frame of an animation counts', async (t) => {
  const frames = Buffer.concat([Buffer.alloc(4 * 4 * 3, 0), Buffer.alloc(4 * 4 * 3, 255)]);
  const gif = await sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } })
    .gif({ delay: [10, 10] })
    .toBuffer();
  t.is((await sharp(gif, { animated: true }).metadata()).pages, 2);
  const picture = await decodePicture(gif);
  t.is(picture.height, 4);
  t.true(picture.pixels.every((value) => value === 0));
});

const fails = test.macro({
  exec: async (t, bytes: () => Promise<Buffer>, reason: PictureProblem) => {
    const error = await t.throwsAsync(decodePicture(await bytes()), { instanceOf: PictureError });
    t.is(error?.reason, reason);
  },
  title: (title) => `${title} is refused`,
});

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>';
const text = (content: string) => () => Promise.resolve(Buffer.from(content));
const cut = async (format: 'jpeg' | 'png' | 'webp' | 'gif', share: number): Promise<Buffer> => {
  const noise = drawn(40, 40, (x, y) => [(x * 37 + y * 91) % 256, (x * y) % 256, (x * 7) % 256]);
  const whole = await encoded(noise, format);
  return whole.subarray(0, Math.floor(whole.length * share));
};

test('an empty file', fails, text(''), 'empty file');
test('text', fails, text('no picture at all'), 'not an image');
test('a drawing', fails, text(svg), 'not an image');
test('a document', fails, text('%PDF-1.7\n%âãÏÓ'), 'not an image');
test('a PNG that promises 3.6 billion pixels', fails, () => Promise.resolve(bomb()), 'too large');
test('a JPEG cut in the middle', fails, () => cut('jpeg', 0.5), 'truncated');
test('a JPEG cut in its header', fails, () => cut('jpeg', 0.1), 'truncated');
test('a PNG cut in the middle', fails, () => cut('png', 0.5), 'truncated');
test('a WebP cut in the middle', fails, () => cut('webp', 0.5), 'truncated');
test('a GIF cut in the middle', fails, () => cut('gif', 0.5), 'truncated');
test(
  'a PNG with a wrong byte inside',
  fails,
  async () => {
    const bytes = await cut('png', 1);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
    return bytes;
  },
  'damaged',
);

test('bytes after the end of a picture do no harm', async (t) => {
  const whole = await photograph();
  const longer = Buffer.concat([whole, Buffer.from('appended by somebody')]);
  t.deepEqual(await decodePicture(longer), await decodePicture(whole));
});

test('whatever bytes come, the answer is a picture or a reason', async (t) => {
  const whole = await photograph();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(whole.length),
      async (changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const { width, height, pixels } = await decodePicture(bytes.subarray(0, length));
          return pixels.length === width * height * 3;
        } catch (error) {
          return error instanceof PictureError && !/[/0-9]/.test(error.reason);
        }
      },
    ),
    { numRuns: 60 },
  );
  t.pass();
});

test('what is no regular file is named, and never opened', async (t) => {
  const folder = await folderOf(t);
  await mkdir(path.join(folder, 'a.jpg'));
  await execa('mkfifo', [path.join(folder, 'b.jpg')]);
  const reasonFor = async (name: string): Promise<string | undefined> => {
    const decoding = decodePicture(path.join(folder, name));
    return (await t.throwsAsync(decoding, { instanceOf: PictureError }))?.reason;
  };
  t.is(await reasonFor('a.jpg'), 'a folder');
  t.is(await reasonFor('b.jpg'), 'not a regular file');
  t.is(await reasonFor('c.jpg'), 'does not exist');
  t.is(await reasonFor('a.jpg/d.jpg'), 'does not exist');
});

const asRoot = process.getuid?.() === 0;
(asRoot ? test.skip : test)('a file that may not be read is named', async (t) => {
  const folder = await folderOf(t, { 'a.jpg': await photograph() });
  await chmod(path.join(folder, 'a.jpg'), 0);
  const error = await t.throwsAsync(decodePicture(path.join(folder, 'a.jpg')), {
    instanceOf: PictureError,
  });
  t.is(error?.reason, 'permission denied');
});
