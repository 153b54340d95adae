import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { chooseCores } from '../../bench/machine.ts';
import { nodeArguments } from '../../bench/measure/open-sides.ts';
import { openSide, type Side } from '../../bench/side.ts';
import { ensureEngine } from '../../worker/engine/ensure.ts';
import { root } from '../helpers/foldwise.ts';
import { withFolder } from '../helpers/tiny-fold.ts';

const IMAGES = 30;
const BATCH = 10;

test.before(() => ensureEngine({ onProgress: () => undefined }));

async function withSide(
  file: string,
  args: readonly string[],
  use: (side: Side) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const pixels = Uint8Array.from({ length: IMAGES * 28 * 28 }, (_, index) => (index * 7) % 256);
    await writeFile(path.join(folder, 'pixels.bin'), pixels);
    const labels = Uint8Array.from({ length: IMAGES }, (_, index) => index % 10);
    await writeFile(path.join(folder, 'labels.bin'), labels);
    const side = await openSide({
      name: file,
      file: process.execPath,
      args: nodeArguments(file, [folder, ...args]),
      cores: chooseCores(undefined, false),
      signal: new AbortController().signal,
    });
    try {
      await use(side);
    } finally {
      await side.close();
    }
  });
}

for (const mode of ['compiled', 'eager']) {
  test.serial(`our side trains and predicts by the ${mode} step`, async (t) => {
    await withSide('foldwise.ts', [], async (side) => {
      t.deepEqual(Object.keys(side.ready.versions), ['node', 'engine', 'tensorflow']);
      for (const task of ['train', 'predict', 'train'] as const) {
        const answer = await side.ask({ do: task, mode, images: IMAGES, batch: BATCH });
        t.true('seconds' in answer && answer.seconds > 0);
      }
      t.true('seconds' in (await side.ask({ do: 'product', size: 8 })));
    });
  });
}

test.serial('the side of model.fit trains', async (t) => {
  await withSide('model-fit.ts', [String(IMAGES)], async (side) => {
    t.true('seconds' in (await side.ask({ do: 'train', mode: '', images: 20, batch: BATCH })));
  });
});

test('a side without data says so and ends', async (t) => {
  const opening = openSide({
    name: 'A side',
    file: process.execPath,
    args: nodeArguments('foldwise.ts', ['/no/such/folder']),
    cores: chooseCores(undefined, false),
    signal: new AbortController().signal,
  });
  await t.throwsAsync(opening, { message: /^A side ended \(exit code 1\)\. ENOENT[^\n]*$/ });
});

test('the sides in Python parse', async (t) => {
  const folder = path.join(root, 'bench', 'sides');
  const files = readdirSync(folder).filter((name) => name.endsWith('.py'));
  t.is(files.length, 3);
  for (const name of files) {
    const parse = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
    await t.notThrowsAsync(execa('python3', ['-c', parse, path.join(folder, name)]));
  }
});
