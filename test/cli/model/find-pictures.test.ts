import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { findPictures } from '../../../cli/model/find-pictures.ts';
import { withFolder } from '../../helpers/tiny-fold.ts';

test('a folder stands for its pictures, in the order of their names', async (t) => {
  await withFolder(async (folder) => {
    const names = [
      'img10.jpg',
      'img2.JPEG',
      'a.png',
      '.hidden.png',
      'notes.txt',
      'z.webp',
      'b.tif',
    ];
    for (const name of names) await writeFile(path.join(folder, name), '');
    await mkdir(path.join(folder, 'more.jpg'));
    await symlink('nowhere', path.join(folder, 'dangling.gif'));
    const { files, unusable } = await findPictures([folder]);
    t.deepEqual(
      files.map((file) => path.relative(folder, file)),
      ['a.png', 'b.tif', 'dangling.gif', 'img2.JPEG', 'img10.jpg', 'z.webp'],
    );
    t.deepEqual(unusable, []);
  });
});

test('files stay in the order they were given, whatever they are called', async (t) => {
  await withFolder(async (folder) => {
    const names = ['b', 'a.xyz'].map((name) => path.join(folder, name));
    for (const name of names) await writeFile(name, '');
    t.deepEqual(await findPictures(names), { files: names, unusable: [] });
  });
});

test('what is not there, and folders without pictures, are told', async (t) => {
  await withFolder(async (folder) => {
    const missing = path.join(folder, 'missing.jpg');
    const { files, unusable } = await findPictures([missing, folder, path.join(missing, 'x')]);
    t.deepEqual(files, []);
    t.deepEqual(
      unusable.map(({ reason }) => reason),
      ['does not exist', 'a folder without pictures (*.jpg, *.png, …)', 'does not exist'],
    );
  });
});
