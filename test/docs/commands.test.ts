import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { drawData, root, testData } from '../helpers/foldwise.ts';
import { isDownload, withSandbox } from './sandbox.ts';
import { shellBlocks } from './shell-blocks.ts';

const pages = [
  'README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** What two pages say is run once. */
const blocks = [
  ...new Map(
    pages.flatMap(shellBlocks).map((block) => [block.commands.join('\n'), block]),
  ).values(),
];
let folder = '';
let data = '';

test.before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'foldwise-docs-'));
  // As small as five folds allow.
  data = await drawData(folder, 120);
});
test.after.always(() => rm(folder, { recursive: true, force: true }));

test('the pages have commands', (t) => {
  t.true(blocks.length >= 40);
});

for (const block of blocks) {
  test.serial(`${block.place} works: ${block.commands.join('; ').slice(0, 100)}`, async (t) => {
    t.timeout(300_000);
    if (isDownload(block) && !existsSync(path.join(testData, 'fashion-mnist'))) {
      t.log('skipped: no real data to answer the download with');
      t.pass();
      return;
    }
    await withSandbox(data, async ({ run }) => {
      await t.notThrowsAsync(run(block));
    });
  });
}
