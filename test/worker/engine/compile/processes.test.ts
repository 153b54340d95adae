import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { childProgram } from '../../../../shared/program/child-program.ts';
import { threadEnvironment } from '../../../../worker/engine/environment.ts';
import { realEngine } from '../real-engine.ts';

const program = childProgram(path.join(import.meta.dirname, 'programs', 'train-briefly.ts'));

interface Trained {
  readonly losses: readonly number[];
  /** A digest of their bits. */
  readonly weights: string;
  /** What lies in the temporary folder, which is the current one too. */
  readonly files: readonly string[];
}

/** Trains in a process of its own, in a folder of its own. */
async function trainInChild(threads: number) {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-test-'));
  try {
    const { stdout } = await execa(process.execPath, [...program.loader, program.file], {
      cwd: folder,
      env: threadEnvironment(threads),
    });
    return { ...(JSON.parse(stdout) as Trained), left: await readdir(folder) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.before(async () => {
  await realEngine();
});

for (const threads of [1, 2]) {
  test(`processes of ${threads} thread(s) end with the same bits, and leave no file`, async (t) => {
    const [one, other] = [await trainInChild(threads), await trainInChild(threads)];
    t.true(one.losses.every(Number.isFinite));
    t.deepEqual(one.losses, other.losses);
    t.is(one.weights, other.weights);
    t.deepEqual([...one.files, ...one.left, ...other.files, ...other.left], []);
  });
}
