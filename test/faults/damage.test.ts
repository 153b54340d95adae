import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeSetting } from './setting.ts';
import { ofType, untilEvent, untilLine, type WorldEvent } from './watching.ts';
import { resultOf, withWorld, type World, type WorldOptions } from './world.ts';

/** Files of a run whose bytes change while nobody looks. */

const SIZE = { folds: 2, epochs: 5, workers: 1 };
const SLOWLY = { FAULTS_EPOCH_MS: '300' };

const setting = makeSetting(SIZE);

type Disturb = (world: World, events: readonly WorldEvent[]) => Promise<void>;

/** Runs a world in which each fold is accepted once, with the undisturbed run's result. */
async function endsWell(
  t: ExecutionContext,
  options: Partial<WorldOptions>,
  disturb: Disturb,
): Promise<void> {
  t.timeout(300_000);
  await withWorld(setting.data, { ...SIZE, workerEnv: SLOWLY, ...options }, async (world) => {
    const events: WorldEvent[] = [];
    world.onEvent((event) => events.push(event));
    await disturb(world, events);
    t.is(await world.finished, 0, world.words.join(''));
    t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
    const completed = ofType(events, 'fold.completed').map(({ fold }) => fold);
    t.deepEqual(completed.sort(), [0, 1], 'each fold is accepted once');
  });
}

/** Changes one bit. @returns what brings it back */
async function damage(file: string): Promise<() => Promise<void>> {
  const whole = await readFile(file);
  const harmed = Buffer.from(whole);
  harmed[harmed.length >> 1]! ^= 1;
  await writeFile(file, harmed);
  return () => writeFile(file, whole);
}

test('of a killed worker, a damaged checkpoint and damaged data are refused: the one before is used, the data are fetched again', async (t) => {
  await endsWell(t, { env: { FOLDWISE_LOG: 'info' } }, async (world, events) => {
    const isThird = ({ type, epoch }: WorldEvent) => type === 'fold.checkpointed' && epoch === 3;
    const { fold } = await untilEvent(world, isThird);
    const gone = untilLine(world, 'coordinator', /worker out of reach/);
    const worker = world.workers[0]!();
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    const cache = path.join(path.dirname(world.outDir), 'cache-0/datasets');
    const fetched = untilLine(world, 0, /fetching the train part/);
    for (const name of await readdir(cache)) await damage(path.join(cache, name));
    await gone;
    const newest = ofType(events, 'fold.checkpointed').at(-1);
    const file = `checkpoints/fold-${String(fold)}/${String(newest?.['digest'])}.state`;
    await damage(path.join(world.outDir, file));
    await fetched;
    const lost = await untilEvent(world, ({ type, cause }) => {
      return type === 'fold.lost' && cause === 'checkpoint';
    });
    t.like(lost, { fold, attempt: 2 });
    t.regex(String(lost['reason']), /the checkpoint of fold 0, epoch \d cannot be had: .*digest/);
    await world.finished;
    const starts = ofType(events, 'fold.started').filter((event) => event['fold'] === fold);
    const from = starts.map(({ fromEpoch }) => Number(fromEpoch));
    t.is(from[1], Number(newest?.['epoch']));
    t.is(from[2], Number(newest?.['epoch']) - 1, 'the one before');
  });
});

test('a model that is damaged before it is uploaded is refused, and trained again', async (t) => {
  const spoilt = { FAULTS_SPOIL_ONCE: path.join(setting.data, 'spoilt') };
  await endsWell(t, { workerEnv: spoilt }, async (world) => {
    const lost = await untilEvent(world, ({ type }) => type === 'fold.lost');
    t.like(lost, { fold: 0, attempt: 1, cause: 'machine' });
    t.regex(String(lost['reason']), /digest/);
    t.true(world.words.join('').includes('attempt failed'));
  });
});

test('an accepted model that is damaged at the coordinator is refused by who evaluates it', async (t) => {
  await endsWell(t, {}, async (world) => {
    const { fold } = await untilEvent(world, ({ type }) => type === 'fold.completed');
    t.is(fold, 0, 'the best one, where all are alike');
    const mend = await damage(path.join(world.outDir, 'folds/0/model/weights.bin'));
    const lost = await untilEvent(world, ({ type }) => type === 'run.evaluation-lost');
    t.like(lost, { part: 'test', cause: 'machine' });
    t.regex(String(lost['reason']), /the weights of the model of fold 0 .*digest/);
    await mend();
  });
});

test('a run whose accepted model is damaged is not gone on with, saying so', async (t) => {
  t.timeout(300_000);
  await withWorld(setting.data, { ...SIZE, workerEnv: SLOWLY }, async (world) => {
    await untilEvent(world, ({ type }) => type === 'fold.completed');
    const first = world.coordinator();
    first.kill('SIGKILL');
    await damage(path.join(world.outDir, 'folds/0/model/weights.bin'));
    t.is(await world.finished, 1);
    t.regex(
      world.words.join(''),
      /the run cannot be resumed: .*folds\/0\/model\/weights\.bin has SHA-256/,
    );
    t.is(world.lives(), 2);
  });
});
