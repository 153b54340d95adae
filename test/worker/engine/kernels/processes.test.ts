import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { threadEnvironment } from '../../../../worker/engine/environment.ts';
import { realEngine } from '../real-engine.ts';

test.before(async () => {
  await realEngine();
});

async function runProgram(name: string, threads: number): Promise<unknown> {
  const program = path.join(import.meta.dirname, 'programs', name);
  const { stdout } = await execa(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program],
    // Two ops at a time, whatever the number of threads for one: they compete for it.
    { env: { ...threadEnvironment(threads), TF_NUM_INTEROP_THREADS: '2' } },
  );
  return JSON.parse(stdout);
}

test('any number of threads gives the same bits, every time', async (t) => {
  const found = new Set<string>();
  for (const threads of [1, 2, 3]) {
    const digests = (await runProgram('print-bits.ts', threads)) as readonly string[];
    t.is(digests.length, 6);
    for (const digest of digests) found.add(digest);
  }
  t.is(found.size, 1);
});

test('shapes that do not fit are refused in words', async (t) => {
  const told = (await runProgram('misuse-ops.ts', 2)) as readonly {
    readonly op: string;
    readonly isFit: boolean;
    readonly change: string;
    readonly outcome: string;
  }[];
  t.true(told.length > 30);
  for (const { op, isFit, change, outcome } of told) {
    if (isFit) t.is(outcome, 'done', op);
    else t.regex(outcome, /(NormPool|NormPoolGrad|Adam): expected /, `${op} ${change}`);
  }
});
