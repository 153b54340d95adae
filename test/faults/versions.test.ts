import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { PROTOCOL_VERSION } from '../../shared/wire/session.ts';
import { ensureEngine } from '../../worker/engine/ensure.ts';
import { foldwise } from '../helpers/foldwise.ts';
import { ofType, untilEvent, type WorldEvent } from './watching.ts';
import { makeData } from '../helpers/random-data.ts';
import { withWorld } from './world.ts';

/** Workers of other versions at the door of a run, as processes. */

const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'programs/other-protocol.js')).href;
const SIZE = { folds: 2, epochs: 4, workers: 1, workerEnv: { FAULTS_EPOCH_MS: '500' } };

let data = '';
test.before(async () => {
  await ensureEngine({ onProgress: () => undefined });
  data = await mkdtemp(path.join(tmpdir(), 'foldwise-faults-data-'));
  await makeData(data);
});
test.after.always(() => rm(data, { recursive: true, force: true }));

test('workers of another protocol or engine are refused, naming both, exit with 2, and the run goes on', async (t) => {
  t.timeout(300_000);
  await withWorld(data, SIZE, async (world) => {
    const events: WorldEvent[] = [];
    world.onEvent((event) => events.push(event));
    // The first worker says what all of them train with.
    await untilEvent(world, ({ type }) => type === 'run.worker-joined');
    const args = ['worker', '--coordinator', `127.0.0.1:${world.port}`];
    const [protocol, engine] = await Promise.all([
      foldwise(args, { NODE_OPTIONS: `--import ${PRELOAD}` }),
      foldwise(args),
    ]);
    t.is(protocol.exitCode, 2, protocol.stderr);
    t.regex(
      protocol.stderr,
      new RegExp(
        `this coordinator speaks protocol ${PROTOCOL_VERSION}, the worker .*protocol 99: `,
      ),
    );
    t.is(engine.exitCode, 2, engine.stderr);
    t.regex(engine.stderr, /this run trains with a stand-in, the worker has \S.*tensorflow \d/);
    t.is(await world.finished, 0, world.words.join(''));
    t.is(ofType(events, 'run.worker-joined').length, 1, 'neither was let in');
    t.is(ofType(events, 'fold.completed').length, 2);
  });
});
