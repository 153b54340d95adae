import path from 'node:path';
import test from 'ava';
import { execaNode } from 'execa';
import { threadEnvironment } from '../../../../worker/engine/environment.ts';
import { realEngine } from '../real-engine.ts';

const program = path.join(import.meta.dirname, 'programs', 'count-page-faults.ts');

/** Of ten runs, each of which needs 64 MB or more for what lies between its ops. */
async function pageFaults(environment: Readonly<Record<string, string>> = {}): Promise<number> {
  const { stdout } = await execaNode(program, {
    nodeOptions: ['--import', import.meta.resolve('tsx')],
    env: { ...threadEnvironment(2), ...environment },
  });
  return Number(stdout);
}

test.before(async () => {
  await realEngine();
});

test('what a run needed is kept for the next, not asked of the system again', async (t) => {
  const faults = await pageFaults();
  t.true(faults < 2_000, `${faults} page faults`);
});

test('the user’s settings bring back the allocator of the C library', async (t) => {
  const faults = await pageFaults({
    TF_CPU_ALLOCATOR_USE_BFC: 'false',
    TF_ENABLE_ONEDNN_OPTS: '0',
  });
  t.true(faults > 100_000, `${faults} page faults`);
});
