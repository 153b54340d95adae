import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { DataError } from '../../../../shared/errors.ts';
import { decodePicture } from '../../../../shared/data/products/decode-picture.ts';
import { readImageFolder } from '../../../../shared/data/products/image-folder.ts';
import { readLabelMap } from '../../../../shared/data/products/label-map.ts';
import { prepare } from '../../../../shared/data/products/prepare.ts';
import { readProducts } from '../../../../shared/data/products/read-products.ts';
import type { ProductsOptions } from '../../../../shared/data/products/read-products.ts';
import { bomb, drawn, encoded, folderOf, photograph } from './pictures.ts';

const HEADER = 'id,gender,articleType,productDisplayName';
const image = { height: 28, width: 28 };

const styles = (...rows: (readonly [id: string, articleType: string])[]): string =>
  [HEADER, ...rows.map(([id, type]) => `${id},Men,${type},A name, with a comma`), ''].join('\n');

const read = async (folder: string, options: Partial<ProductsOptions> = {}) =>
  readProducts({
    folder,
    labelMap: await readLabelMap(),
    ways: ['paper', 'fit'],
    image,
    ...options,
  });

/** A picture that no other number has. */
const numbered = (n: number): Promise<Buffer> =>
  encoded(
    drawn(12, 16, (x, y) =>
      x > 2 && y > 2 && x < 9 && y < 8 + n ? [20 * n, 0, 0] : [255, 255, 255],
    ),
    'png',
  );

async function fails(t: ExecutionContext, folder: string, message: RegExp): Promise<void> {
  const error = await t.throwsAsync(read(folder), { instanceOf: DataError });
  t.regex(error?.message ?? '', message);
}

test('images come in the order of the table, each made in the ways asked for', async (t) => {
  const folder = await folderOf(t, {
    'styles.csv': styles(['7', 'Heels'], ['3', 'Tshirts'], ['5', 'Shirts']),
    'images/3.jpg': await numbered(3),
    'images/5.JPG': await numbered(5),
    'images/7.png': await numbered(7),
  });
  const { labels, pixels, sources } = await read(folder);
  t.deepEqual([...labels], [9, 0, 6]);
  t.deepEqual(sources, [
    { id: '7', articleType: 'Heels' },
    { id: '3', articleType: 'Tshirts' },
    { id: '5', articleType: 'Shirts' },
  ]);
  for (const way of ['paper', 'fit'] as const) {
    const each = await Promise.all(
      [7, 3, 5].map(async (n) => prepare(await decodePicture(await numbered(n)), way, image)),
    );
    t.deepEqual(Buffer.from(pixels[way] ?? []), Buffer.concat(each), way);
  }
  t.deepEqual(Object.keys((await read(folder, { ways: ['fit'] })).pixels), ['fit']);
});

test('each row of a hostile folder counts once, as what it is, and nothing outside is read', async (t) => {
  const good = await photograph();
  const elsewhere = await folderOf(t, { 'secret.jpg': good });
  const folder = await folderOf(t, {
    'images/1.jpg': good,
    'images/2.jpg': good.subarray(0, good.length >> 1),
    'images/3.jpg': '',
    'images/4.jpg': 'I am a picture',
    'images/5.jpg': bomb(),
    'images/6.jpg': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    'images/in/inner.jpg': good,
    'images/20.jpg': good,
    'other/21.jpg': good,
    'images/30.txt': good,
    'outside.jpg': good,
  });
  const at = (name: string): string => path.join(folder, 'images', name);
  await mkdir(at('7.jpg'));
  await symlink(path.join(elsewhere, 'secret.jpg'), at('8.jpg'));
  await symlink('../other/21.jpg', at('9.jpg'));
  await symlink('nowhere.jpg', at('10.jpg'));
  await symlink('11.jpg', at('11.jpg'));
  await execa('mkfifo', [at('12.jpg')]);
  await writeFile(
    path.join(folder, 'styles.csv'),
    styles(
      ...Array.from({ length: 13 }, (_, row) => [`${row + 1}`, 'Shirts'] as const),
      ['../outside', 'Tops'],
      ['in/inner', 'Tops'],
      [path.join(folder, 'outside'), 'Tops'],
      ['.', 'Tops'],
      ['', 'Tops'],
      ['a\tb', 'Tops'],
      ['30', 'Tops'],
      ['20', 'Watches'],
      ['22', 'Watches'],
      ['../20', 'Watches'],
      ['1', 'Heels'],
    ),
  );
  const { coverage, labels, sources } = await read(folder);
  t.deepEqual(
    sources.map(({ id }) => id),
    ['1', '9', '1'],
    'a repeated id is a product each time',
  );
  t.deepEqual([...labels], [6, 6, 9]);
  t.is(coverage.rows, 24);
  t.deepEqual(coverage.mapped, { count: 3, byArticleType: { Shirts: 2, Heels: 1 } });
  t.deepEqual(coverage.unmapped, { count: 3, byArticleType: { Watches: 3 }, withoutImage: 2 });
  t.deepEqual(coverage.missing, { count: 3, byArticleType: { Shirts: 2, Tops: 1 } });
  const { examples, byReason, ...tally } = coverage.unreadable;
  t.deepEqual(tally, { count: 15, byArticleType: { Shirts: 9, Tops: 6 } });
  t.deepEqual(byReason, {
    'unusable id': 6,
    'not an image': 2,
    'a folder': 1,
    'cannot be read': 1,
    'empty file': 1,
    'link that leaves the folder': 1,
    'not a regular file': 1,
    'too large': 1,
    truncated: 1,
  });
  t.deepEqual(examples[0], { file: 'images/2.jpg', reason: 'truncated' });
  t.deepEqual(examples.at(-1), { file: 'images/a\ufffdb', reason: 'unusable id' });
});

test('of several files for an id, .jpg counts before .jpeg, .png and .webp', async (t) => {
  const folder = await folderOf(t, {
    'styles.csv': styles(['1', 'Shirts']),
    'images/1.png': 'broken',
    'images/1.webp': 'broken',
    'images/1.jpeg': 'broken',
    'images/1.jpg': await photograph(),
  });
  t.is((await read(folder)).coverage.mapped.count, 1);
  await rm(path.join(folder, 'images/1.jpg'));
  await t.throwsAsync(read(folder), { message: /1 one that cannot be read.*not an image/ });
});

test('"images" may be a link to where the pictures lie', async (t) => {
  const folder = await folderOf(t, {
    'styles.csv': styles(['1', 'Shirts']),
    'images/1.jpg': await photograph(),
  });
  const pictures = await folderOf(t);
  await cp(path.join(folder, 'images'), path.join(pictures, 'there'), { recursive: true });
  await rename(path.join(folder, 'images'), path.join(folder, 'before'));
  await symlink(path.join(pictures, 'there'), path.join(folder, 'images'));
  t.is((await read(folder)).coverage.mapped.count, 1);
});

test('a folder that is none, or lacks its parts, is refused in one sentence', async (t) => {
  const folder = await folderOf(t, { 'a.txt': '' });
  await fails(t, path.join(folder, 'nowhere'), /nowhere does not exist/);
  await fails(t, path.join(folder, 'a.txt'), /a\.txt is not a folder/);
  await fails(t, folder, /has no styles\.csv: expected a CSV file with columns id and articleType/);
  await writeFile(path.join(folder, 'styles.csv'), styles(['1', 'Shirts']));
  await fails(t, folder, /has no folder "images": expected a picture images\/<id>\.jpg/);
  await writeFile(path.join(folder, 'images'), '');
  await fails(t, folder, /images is not a folder/);
  await rm(path.join(folder, 'images'));
  await mkdir(path.join(folder, 'images'));
  await fails(
    t,
    folder,
    /gives no image: of 1 rows, 0 have an article type without a class, 1 no picture, 0 one/,
  );
  await writeFile(path.join(folder, 'styles.csv'), styles(['1', 'Watches']));
  await fails(t, folder, /1 have an article type without a class.*--label-map/);
});

test('progress is told up to the end, and an abort ends the reading', async (t) => {
  const rows = Array.from({ length: 250 }, (_, id) => [`${id}`, 'Shirts'] as const);
  const picture = await photograph();
  const folder = await folderOf(t, {
    'styles.csv': styles(...rows, ['1', 'Watches']),
    ...Object.fromEntries(rows.map(([id]) => [`images/${id}.jpg`, picture])),
  });
  const told: string[] = [];
  await read(folder, { onProgress: (done, total) => told.push(`${done} of ${total}`) });
  t.deepEqual(told, ['100 of 250', '200 of 250', '250 of 250']);
  const controller = new AbortController();
  const later: number[] = [];
  const reading = read(folder, {
    signal: controller.signal,
    onProgress: (done) => {
      later.push(done);
      controller.abort(new Error('stopped'));
    },
  });
  await t.throwsAsync(reading, { message: 'stopped' });
  t.deepEqual(later, [100], 'nothing more is begun');
});

test('more images than the memory takes are refused before any is read', async (t) => {
  const folder = await folderOf(t, {
    'styles.csv': styles(['1', 'Shirts'], ['1', 'Shirts']),
    'images/1.jpg': await photograph(),
  });
  const reading = read(folder, { image: { height: 40_000, width: 40_000 } });
  await t.throwsAsync(reading, { instanceOf: DataError, message: /smaller --image-size/ });
});

test("a folder to train on has the table's classes, also those without a picture", async (t) => {
  const folder = await folderOf(t, {
    'styles.csv': styles(['1', 'Shirts'], ['2', 'Heels']),
    'images/1.jpg': await numbered(1),
    'images/2.jpg': await numbered(2),
    'map.csv': 'articleType,class\nHeels,worn\nShirts,worn\nHandbags,carried\n',
  });
  const usual = await readImageFolder(folder);
  t.is(usual.classes.length, 10);
  t.deepEqual(usual.image, { height: 28, width: 28, channels: 1 });
  t.deepEqual([...usual.images.labels], [6, 9]);
  t.deepEqual(Buffer.from(usual.images.pixels), Buffer.from((await read(folder)).pixels.fit ?? []));
  const own = await readImageFolder(folder, {
    imageSize: 20,
    labelMap: path.join(folder, 'map.csv'),
  });
  t.deepEqual(own.classes, ['worn', 'carried']);
  t.deepEqual([...own.images.labels], [0, 0]);
  t.is(own.images.pixels.length, 2 * 20 * 20);
  t.is(own.coverage.mapped.count, 2);
});
