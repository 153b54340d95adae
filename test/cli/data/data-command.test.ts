import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { DataDescription } from '../../../cli/data/describe-data.ts';
import { FASHION_MNIST } from '../../../shared/data/catalogue.ts';
import { testData } from '../../helpers/foldwise.ts';
import { csvHeader } from '../../shared/data/csv-folder.ts';
import { foldwise, withFolder } from '../command-line.ts';

/** Nobody listens there: as if there were no network. */
const OFFLINE = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
};

const rows = (...lines: readonly string[]): string => `${[csvHeader(), ...lines].join('\n')}\n`;

test('data info tells what a folder holds, for people and as JSON', async (t) => {
  await withFolder(async (folder) => {
    await writeFile(path.join(folder, 'a_train.csv'), rows('0,1,2,3,4', '3,1,2,3,4', '3,5,6,7,8'));
    await writeFile(path.join(folder, 'a_test.csv'), rows('3,1,2,3,4'));
    const told = await foldwise(['data', 'info', '.'], { cwd: folder });
    t.is(told.exitCode, 0);
    t.is(told.stderr, '');
    t.regex(
      told.stdout,
      /CSV files in \.\nimages +2×2 pixels, grey: 3 for training, 1 for the test/,
    );
    t.regex(told.stdout, /identical +2 training images in 1 set, 1 with different labels; 1 test/);
    t.regex(told.stdout, /\nDress +2 +1\n/);
    for (const line of told.stdout.split('\n')) t.true(line.length <= 80);

    const { stdout } = await foldwise(['data', 'info', folder, '--json'], { cwd: folder });
    const found = JSON.parse(stdout) as DataDescription;
    t.like(found, {
      schema: 1,
      kind: 'csv',
      folder,
      synthetic: false,
      sameImagesAs: null,
      train: { count: 3 },
      test: { count: 1 },
      coverage: null,
    });
    t.regex(found.digest!, /^[0-9a-f]{64}$/);
    t.deepEqual(found.classes[3], { name: 'Dress', train: 2, test: 1 });
    t.deepEqual(found.duplicates, {
      train: { groups: 1, images: 2, conflictingGroups: 1 },
      test: { inTrain: 1, conflicting: 1 },
    });
  });
});

test('data info tells where there is no test part', async (t) => {
  await withFolder(async (folder) => {
    await writeFile(path.join(folder, 'a_train.csv'), rows('0,1,2,3,4', '1,1,2,3,5'));
    const told = await foldwise(['data', 'info', '.'], { cwd: folder });
    t.regex(told.stdout, /2 for training, no test part: a run holds /);
    t.regex(told.stdout, /identical +no image twice\n/);
    const { stdout } = await foldwise(['data', 'info', '.', '--json'], { cwd: folder });
    t.like(JSON.parse(stdout), { digest: null, test: null });
  });
});

test('data info of the embedded data says that they are synthetic', async (t) => {
  await withFolder(async (cwd) => {
    const { stdout } = await foldwise(['data', 'info', 'synthetic'], { cwd });
    t.regex(stdout, /^SYNTHETIC DATA: /);
    t.regex(stdout, /digest +68935d2a48621a8d83ca994646415590fef9cccdbb0c9b11d0bf8ab7fa03aaa1\n/);
  });
});

for (const [what, args, message] of [
  ['a folder that is not there', ['data', 'info', 'none'], /"none" is neither a known dataset/],
  ['an empty folder', ['data', 'info', '.'], /holds no data that Foldwise knows: /],
  ['an image size that is none', ['data', 'info', '.', '--image-size', '5'], /whole number from 8/],
  [
    'an image size where there is one',
    ['data', 'info', 'synthetic', '--image-size', '32'],
    /32 is for/,
  ],
  [
    'a label map without a use',
    ['data', 'info', 'synthetic', '--label-map', 'x'],
    /--label-map is/,
  ],
  ['a dataset that nobody publishes', ['data', 'fetch', 'mnist'], /\(fashion-mnist\), got "mnist"/],
  [
    'a dataset not fetched',
    ['data', 'info', 'fashion-mnist'],
    /"foldwise data fetch fashion-mnist"/,
  ],
] as const) {
  test(`${what} is misuse, told in one sentence`, async (t) => {
    await withFolder(async (cwd) => {
      const env = { FOLDWISE_CACHE: path.join(cwd, 'cache') };
      await mkdir(path.join(cwd, 'empty'));
      const ran = await foldwise(args, { cwd: path.join(cwd, 'empty'), env });
      t.is(ran.exitCode, 2);
      t.is(ran.stdout, '');
      t.regex(ran.stderr, message);
      t.is(ran.stderr.trimEnd().split('\n').length, 1);
    });
  });
}

test('data fetch offline says so at once, and what to do', async (t) => {
  await withFolder(async (cwd) => {
    const env = { ...OFFLINE, FOLDWISE_CACHE: path.join(cwd, 'cache') };
    const ran = await foldwise(['data', 'fetch', 'fashion-mnist'], { cwd, env });
    t.is(ran.exitCode, 1);
    t.is(ran.stdout, '');
    t.regex(ran.stderr, /error: fashion-mnist cannot be fetched: this machine seems to be offline/);
    t.true(ran.stderr.includes(path.join(cwd, 'cache', 'fetched', 'fashion-mnist')));
    for (const { name } of FASHION_MNIST.files) t.true(ran.stderr.includes(name));
  });
});

test('files that were put into the cache by hand are checked and then known by name', async (t) => {
  const real = path.join(testData, 'fashion-mnist');
  if (!existsSync(real)) {
    t.log(`skipped: no ${real}; FOLDWISE_TEST_DATA names the folder that holds fashion-mnist`);
    t.pass();
    return;
  }
  await withFolder(async (cwd) => {
    const env = { ...OFFLINE, FOLDWISE_CACHE: path.join(cwd, 'cache') };
    const cached = path.join(cwd, 'cache', 'fetched', 'fashion-mnist');
    await mkdir(cached, { recursive: true });
    for (const { name } of FASHION_MNIST.files) {
      await symlink(path.join(real, name), path.join(cached, name));
    }
    const ran = await foldwise(['data', 'fetch', 'fashion-mnist'], { cwd, env });
    t.is(ran.exitCode, 0);
    t.is(ran.stderr.match(/ is there already/g)?.length, 4);
    t.true(ran.stdout.endsWith('Use it with --data fashion-mnist'));
    const info = await foldwise(['data', 'info', 'fashion-mnist', '--json'], { cwd, env });
    t.like(JSON.parse(info.stdout), {
      name: 'fashion-mnist',
      digest: FASHION_MNIST.digest,
      sameImagesAs: 'fashion-mnist',
      kind: 'idx',
    });
  });
});
