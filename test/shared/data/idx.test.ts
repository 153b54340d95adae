import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { readIdxFolder } from '../../../shared/data/idx.ts';
import { FASHION_CLASSES } from '../../../shared/data/classes.ts';
import { DataError } from '../../../shared/errors.ts';
import {
  bigEndian,
  folderOf,
  idxImages,
  idxLabels,
  TEST_IMAGES,
  TEST_LABELS,
  tinyFiles,
  TRAIN_IMAGES,
  TRAIN_LABELS,
} from './idx-folder.ts';

test('a folder of four plain files is read', async (t) => {
  const data = await readIdxFolder(await folderOf(t, tinyFiles()));
  t.deepEqual(data, {
    classes: FASHION_CLASSES,
    image: { height: 2, width: 3, channels: 1 },
    train: {
      labels: Uint8Array.of(0, 1, 9, 1),
      pixels: Uint8Array.from({ length: 24 }, (_, at) => at),
    },
    test: { labels: Uint8Array.of(1, 0), pixels: Uint8Array.from({ length: 12 }, (_, at) => at) },
  });
});

const renamed = (
  name: (plain: string) => string,
  content: (bytes: Buffer) => Buffer,
): Record<string, Buffer> =>
  Object.fromEntries(
    Object.entries(tinyFiles()).map(([plain, bytes]) => [name(plain), content(bytes)]),
  );

const same = (bytes: Buffer): Buffer => bytes;
const SPELLINGS: Record<string, Record<string, Buffer>> = {
  'gzipped files': renamed((name) => `${name}.gz`, gzipSync),
  'names with a dot': renamed((name) => name.replace('-idx', '.idx'), same),
  'gzipped files whose names have a dot': renamed(
    (name) => `${name.replace('-idx', '.idx')}.gz`,
    gzipSync,
  ),
  'gzipped files under plain names': renamed((name) => name, gzipSync),
  'plain files named .gz': renamed((name) => `${name}.gz`, same),
  'gzip data in two members': renamed(
    (name) => `${name}.gz`,
    (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 5)), gzipSync(bytes.subarray(5))]),
  ),
};

for (const [what, files] of Object.entries(SPELLINGS)) {
  test(`${what} read like plain ones`, async (t) => {
    const plain = await readIdxFolder(await folderOf(t, tinyFiles()));
    t.deepEqual(await readIdxFolder(await folderOf(t, files)), plain);
  });
}

test('a plain file is preferred to its .gz', async (t) => {
  const stale = { [`${TRAIN_LABELS}.gz`]: gzipSync(idxLabels([5, 5, 5, 5])) };
  const data = await readIdxFolder(await folderOf(t, { ...tinyFiles(), ...stale }));
  t.deepEqual(data.train.labels, Uint8Array.of(0, 1, 9, 1));
});

test('labels above 9 name the classes by number', async (t) => {
  const labels = Array.from({ length: 26 }, (_, index) => index + 1);
  const files = {
    ...tinyFiles(),
    [TRAIN_IMAGES]: idxImages(26),
    [TRAIN_LABELS]: idxLabels(labels),
    [TEST_LABELS]: idxLabels([1, 26]),
  };
  const { classes } = await readIdxFolder(await folderOf(t, files));
  t.deepEqual(
    classes,
    Array.from({ length: 27 }, (_, label) => `${label}`),
  );
});

test('a file is read across many chunks', async (t) => {
  const files: Record<string, Buffer> = {
    ...tinyFiles(),
    [TRAIN_IMAGES]: idxImages(4, 1024, 1024),
    [`${TEST_IMAGES}.gz`]: gzipSync(idxImages(2, 1024, 1024)),
  };
  delete files[TEST_IMAGES];
  const { image, train, test: held } = await readIdxFolder(await folderOf(t, files));
  t.deepEqual(image, { height: 1024, width: 1024, channels: 1 });
  t.is(train.pixels.length, 4 * 2 ** 20);
  t.true(train.pixels.every((pixel, at) => pixel === at % 256));
  t.true(held!.pixels.every((pixel, at) => pixel === at % 256));
});

/** Bytes in place of a file, and what the message must say. */
const HOSTILE: readonly (readonly [
  what: string,
  file: string,
  content: Buffer,
  message: RegExp,
])[] = [
  ['an empty file', TRAIN_IMAGES, Buffer.alloc(0), /train-images.* found nothing: it is empty/],
  ['labels for images', TRAIN_IMAGES, idxLabels([1]), /expected .*0x00000803, found IDX labels/],
  ['images for labels', TEST_LABELS, idxImages(1), /t10k-labels.*0x00000801, found IDX images/],
  ['a web page', TRAIN_IMAGES, Buffer.from('\n<!DOCTYPE html>'), /found a web page/],
  ['a short note', TRAIN_LABELS, Buffer.from('404: Not Found'), /found text/],
  ['an LFS pointer', TRAIN_IMAGES, Buffer.from('version https://git-lfs.github.com'), /Git LFS/],
  ['gzip in gzip', TEST_IMAGES, gzipSync(gzipSync(idxImages(2))), /t10k-images.*found gzip data/],
  ['a zip archive', TEST_IMAGES, Buffer.from('PK\x03\x04rest'), /a zip archive/],
  ['floats', TRAIN_IMAGES, bigEndian(0xd03, 1, 2, 3), /IDX data of another type/],
  ['swapped bytes', TRAIN_IMAGES, Buffer.from([3, 8, 0, 0, 1]), /bytes swapped/],
  ['noise', TRAIN_IMAGES, Buffer.from([200, 1, 2, 3, 250]), /found unknown data/],
  ['half a header', TRAIN_IMAGES, idxImages(4).subarray(0, 9), /a header of 16 bytes, got 9/],
  ['only a header', TRAIN_LABELS, idxLabels([1, 2]).subarray(0, 8), /10 bytes in all, .* holds 8/],
  ['a body cut short', TRAIN_IMAGES, idxImages(4).subarray(0, 30), /4 images of 2×3, 40 .* 30;/],
  ['a body too long', TRAIN_IMAGES, Buffer.concat([idxImages(4), Buffer.alloc(3)]), /40 .* 43;/],
  [
    'gzip data with too long a body',
    TRAIN_IMAGES,
    gzipSync(Buffer.concat([idxImages(4), Buffer.alloc(3)])),
    /40 bytes in all, but it holds more;/,
  ],
  [
    'gzip data cut short',
    TRAIN_IMAGES,
    gzipSync(idxImages(4)).subarray(0, 30),
    /cut short as gzip/,
  ],
  ['only the start of gzip', TRAIN_IMAGES, Buffer.from([0x1f, 0x8b]), /cut short as gzip/],
  ['gzip with a wrong checksum', TEST_LABELS, damagedGzip(), /t10k-labels.* is damaged as gzip/],
  ['no images', TRAIN_IMAGES, idxImages(0), /train-images.* holds no images/],
  ['no labels', TEST_LABELS, idxLabels([]), /t10k-labels.* holds no labels/],
  ['images without height', TRAIN_IMAGES, bigEndian(0x803, 1, 0, 3), /images of 0×3/],
  ['huge images', TRAIN_IMAGES, bigEndian(0x803, 1, 28, 1025), /28×1025: expected 1 to 1024/],
  [
    'a header that promises terabytes',
    TRAIN_IMAGES,
    bigEndian(0x803, 0xffffffff, 1024, 1024),
    /claims 4294967295 images .* at most 1073741824/,
  ],
  [
    'a bomb: megabytes of zeros behind a small header',
    TRAIN_LABELS,
    gzipSync(Buffer.concat([idxLabels([1, 2, 3, 4]), Buffer.alloc(2 ** 25)])),
    /12 bytes in all, but it holds more/,
  ],
  ['a label too many', TRAIN_LABELS, idxLabels([0, 1, 2, 3, 4]), /5 labels for 4 images/],
  ['test labels too few', TEST_LABELS, idxLabels([0]), /t10k-labels.* 1 labels for 2 images/],
  ['test images of another size', TEST_IMAGES, idxImages(2, 3, 2), /of 3×2, .* of 2×3/],
  [
    'a stray label',
    TRAIN_LABELS,
    idxLabels([0, 1, 200, 1]),
    /label 200 \(image 2\) but no label 2/,
  ],
  ['a test label above all', TEST_LABELS, idxLabels([1, 10]), /10 \(image 1\), which no training/],
  [
    'a test label in a gap',
    TEST_LABELS,
    idxLabels([1, 5]),
    /t10k-labels\S* has label 5 \(image 1\)/,
  ],
];

function damagedGzip(): Buffer {
  const bytes = gzipSync(idxLabels([1, 0]));
  bytes.writeUInt32LE(0xdead, bytes.length - 8);
  return bytes;
}

for (const [what, file, content, message] of HOSTILE) {
  test(`${what} in place of ${file} is refused in one sentence`, async (t) => {
    const folder = await folderOf(t, { ...tinyFiles(), [file]: content });
    const error = await t.throwsAsync(readIdxFolder(folder), { instanceOf: DataError, message });
    t.true(error.message.startsWith(folder));
    t.false(error.message.includes('\n'));
  });
}

test('missing files are named', async (t) => {
  const files = tinyFiles();
  delete files[TRAIN_LABELS];
  delete files[TEST_IMAGES];
  const folder = await folderOf(t, files);
  const error = await t.throwsAsync(readIdxFolder(folder), { instanceOf: DataError });
  t.true(error.message.startsWith(`${folder} lacks ${TRAIN_LABELS}, ${TEST_IMAGES}: `));
  for (const name of Object.keys(tinyFiles())) t.true(error.message.includes(name));
});

test('the test part may be absent as a whole', async (t) => {
  const files = tinyFiles();
  delete files[TEST_IMAGES];
  delete files[TEST_LABELS];
  const whole = await readIdxFolder(await folderOf(t, tinyFiles()));
  const { classes, image, train } = whole;
  t.deepEqual(await readIdxFolder(await folderOf(t, files)), { classes, image, train });
});

for (const file of [TEST_IMAGES, TEST_LABELS]) {
  test(`half a test part, without ${file}, is refused`, async (t) => {
    const files = tinyFiles();
    delete files[file];
    const folder = await folderOf(t, files);
    const error = await t.throwsAsync(readIdxFolder(folder), { instanceOf: DataError });
    t.true(error.message.startsWith(`${folder} lacks ${file}: `));
  });
}

test('a missing folder and a file in its place are refused', async (t) => {
  const folder = await folderOf(t, { note: Buffer.from('') });
  await t.throwsAsync(readIdxFolder(path.join(folder, 'none')), {
    instanceOf: DataError,
    message: /none does not exist/,
  });
  await t.throwsAsync(readIdxFolder(path.join(folder, 'note')), {
    instanceOf: DataError,
    message: /note is not a folder/,
  });
});

test('a folder in place of a file is refused', async (t) => {
  const folder = await folderOf(t, tinyFiles());
  await rm(path.join(folder, TRAIN_IMAGES));
  await mkdir(path.join(folder, TRAIN_IMAGES));
  await t.throwsAsync(readIdxFolder(folder), {
    instanceOf: DataError,
    message: /train-images-idx3-ubyte is a folder, expected a file/,
  });
});

test('a named pipe is refused instead of waited for', async (t) => {
  const folder = await folderOf(t, tinyFiles());
  await rm(path.join(folder, TRAIN_IMAGES));
  execFileSync('mkfifo', [path.join(folder, TRAIN_IMAGES)]);
  await t.throwsAsync(readIdxFolder(folder), {
    instanceOf: DataError,
    message: /is a device, pipe or socket, expected a file/,
  });
});

test('links are followed, and loops and broken ones refused', async (t) => {
  const folder = await folderOf(t, tinyFiles());
  const file = path.join(folder, TEST_LABELS);
  await rename(file, path.join(folder, 'elsewhere'));
  await symlink('elsewhere', file);
  await t.notThrowsAsync(readIdxFolder(folder));
  await rm(path.join(folder, 'elsewhere'));
  await t.throwsAsync(readIdxFolder(folder), {
    instanceOf: DataError,
    message: /t10k-labels-idx1-ubyte does not exist \(or is a symbolic link/,
  });
  await symlink(TEST_LABELS, path.join(folder, 'elsewhere'));
  await t.throwsAsync(readIdxFolder(folder), {
    instanceOf: DataError,
    message: /t10k-labels-idx1-ubyte is a symbolic link that leads back to itself/,
  });
});

test('a file that may not be read is refused', async (t) => {
  if (process.getuid?.() === 0) {
    t.log('skipped: root may read every file');
    t.pass();
    return;
  }
  const folder = await folderOf(t, tinyFiles());
  await chmod(path.join(folder, TEST_IMAGES), 0);
  await t.throwsAsync(readIdxFolder(folder), {
    instanceOf: DataError,
    message: /t10k-images-idx3-ubyte cannot be read: permission denied/,
  });
});
