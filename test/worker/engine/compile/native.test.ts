import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { realEngine } from '../real-engine.ts';

const program = path.join(import.meta.dirname, 'programs', 'abuse-graphs.ts');

interface Outcome {
  readonly name: string;
  /** The message of what was thrown. */
  readonly came: string;
}

interface End {
  readonly root: readonly number[];
  readonly busy: readonly string[];
}

test('whatever graphs are given, they throw or work, and the process lives', async (t) => {
  await realEngine();
  const { stdout } = await execa(process.execPath, ['--import=tsx', program]);
  const lines = stdout.split('\n').map((line) => JSON.parse(line) as Outcome | End);
  const outcomes = lines.slice(0, -1) as Outcome[];
  const { root, busy } = lines.at(-1) as End;
  t.true(outcomes.length > 100);
  t.deepEqual(
    outcomes.filter(({ came }) => came === 'nothing').map(({ name }) => name),
    [],
  );
  t.deepEqual(root, [2], 'the graph works as if nothing had been tried');
  t.deepEqual(busy, ['the graph is running', 'the graph is running']);
});
