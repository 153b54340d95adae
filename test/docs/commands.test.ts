import { readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { root } from '../helpers/foldwise.ts';
import { withSandbox } from './sandbox.ts';
import { shellBlocks } from './shell-blocks.ts';

const pages = [
  'README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const blocks = pages.flatMap(shellBlocks);

test('the pages have commands', (t) => {
  t.true(blocks.length >= 10);
});

for (const block of blocks) {
  test.serial(`${block.place} works: ${block.commands.join('; ').slice(0, 100)}`, async (t) => {
    t.timeout(300_000);
    await withSandbox(async ({ run }) => {
      await t.notThrowsAsync(run(block));
    });
  });
}
