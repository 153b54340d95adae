import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { makeData } from '../helpers/random-data.ts';
import { resultOf, withWorld } from './world.ts';

/** FAULTS_EVERY says which writes: 1 for all of them; CI takes a part. */
const EVERY = Number(process.env['FAULTS_EVERY'] ?? 25);
const SIZE = { folds: 2, epochs: 2, workers: 1 };
const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'programs/die-at-write.js')).href;

let data = '';
test.before(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'foldwise-faults-data-'));
  await makeData(data);
});
test.after.always(() => rm(data, { recursive: true, force: true }));

const dyingAt = (write: number, when: 'before' | 'after') => ({
  NODE_OPTIONS: `--import ${PRELOAD}`,
  FAULTS_KILL_AT: String(write),
  FAULTS_KILL_WHEN: when,
});

test('a coordinator killed at any durable write is resumed to the same result', async (t) => {
  t.timeout(300_000);
  const counts = path.join(data, 'counts');
  const counting = { ...dyingAt(0, 'before'), FAULTS_COUNT_FILE: counts };
  const undisturbed = await withWorld(data, { ...SIZE, firstLife: counting }, async (world) => {
    t.is(await world.finished, 0, world.words.join(''));
    return resultOf(world.outDir);
  });
  const writes = Math.max(...(await readFile(counts, 'utf8')).trim().split('\n').map(Number));
  t.true(writes > 30, `only ${writes} durable writes`);
  let killed = 0;
  for (let write = 1; write <= writes; write += EVERY) {
    for (const when of ['before', 'after'] as const) {
      await withWorld(data, { ...SIZE, firstLife: dyingAt(write, when) }, async (world) => {
        t.is(await world.finished, 0, `${when} write ${write}: ${world.words.join('')}`);
        t.deepEqual(await resultOf(world.outDir), undisturbed, `${when} write ${write}`);
        // Heartbeats and checkpoints come when they come: the last few may not be reached.
        if (world.lives() > 1) killed += 1;
      });
    }
  }
  t.log(`${killed} kills at ${writes} durable writes, each resumed to the same result`);
  t.true(killed > 0);
});
