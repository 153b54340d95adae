import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { realEngine } from '../real-engine.ts';

const program = path.join(import.meta.dirname, 'programs', 'measure-memory.ts');

/** Numbers of tensors that were seen; resident memory in MiB, in equal distances. */
interface Series {
  readonly tensors: readonly number[];
  readonly rss: readonly number[];
}

interface Measured {
  readonly runs: Series;
  readonly cycles: Series;
  readonly closed: { readonly left: number };
  /** MiB above the beginning. */
  readonly abandoned: { readonly held: number; readonly left: number };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** From the second quarter to the last. */
function growth({ rss }: Series): number {
  const quarter = Math.floor(rss.length / 4);
  return median(rss.slice(-quarter)) - median(rss.slice(quarter, 2 * quarter));
}

let measured: Measured;

test.before(async () => {
  await realEngine();
  const { stdout } = await execa(process.execPath, ['--expose-gc', '--import=tsx', program]);
  measured = JSON.parse(stdout) as Measured;
});

test('2000 runs of a step leave tensors and memory as they were', (t) => {
  t.is(measured.runs.tensors.length, 1, 'one number of tensors after each run');
  // A step that kept its gradients would take 5 MiB.
  t.true(growth(measured.runs) < 3, `grew by ${growth(measured.runs)} MiB`);
});

test('50 steps compiled, run and closed leave tensors and memory as they were', (t) => {
  t.deepEqual(measured.cycles.tensors, [0]);
  // Sessions alone take 0.5 MiB each.
  t.true(growth(measured.cycles) < 6, `grew by ${growth(measured.cycles)} MiB`);
});

test('graphs that nobody closes are freed with their objects', (t) => {
  const { held, left } = measured.abandoned;
  t.true(held > 300, `held ${held} MiB`);
  t.true(left < 50, `left ${left} MiB`);
});

test('closing a step frees what it held on the device, whoever still knows the step', (t) => {
  const { left } = measured.closed;
  t.true(left < 100, `left ${left} MiB of 240`);
});
