import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { childProgram } from '../../../../shared/program/child-program.ts';
import { threadEnvironment } from '../../../../worker/engine/environment.ts';
import { realEngine } from '../real-engine.ts';

test.before(async () => {
  await realEngine();
});

async function runProgram(name: string, threads: number): Promise<unknown> {
  const { file, loader } = childProgram(path.join(import.meta.dirname, 'programs', name));
  const { stdout } = await execa(
    process.execPath,
    [...loader, file],
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
    readonly fit: string;
    readonly misfits: readonly { readonly change: string; readonly outcome: string }[];
  }[];
  for (const { op, fit, misfits } of told) {
    t.is(fit, 'done', op);
    t.true(misfits.length > 5);
    const words = new RegExp(`^.*${op.replace('Foldwise', '')}: expected `, 's');
    for (const { change, outcome } of misfits) t.regex(outcome, words, `${op} ${change}`);
  }
});
