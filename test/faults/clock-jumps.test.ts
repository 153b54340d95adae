import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { IS_FULL, makeSetting } from './setting.ts';
import { eventLinesOf, resultOf, withWorld, type World } from './world.ts';

const SIZE = { folds: 3, epochs: 16, workers: 2 };
const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'programs/jump-clock.js')).href;
const HOUR_MS = 3_600_000;
// Longer than a busy machine stalls, far shorter than a jump.
const PATIENT = ['--lease-ms', '10000'];

const setting = makeSetting(SIZE);

/** @param hours - by which the clock is wrong, in turn */
const jumping = (...hours: number[]) => ({
  NODE_OPTIONS: `--import ${PRELOAD}`,
  FAULTS_JUMPS: hours.join(','),
});

type Event = Readonly<Record<string, unknown>>;

/** How far the times of events that follow each other lie apart, in hours. */
function stepsOf(events: readonly Event[]): number[] {
  const times = events.map(({ time }) => Date.parse(String(time)));
  return times.slice(1).map((time, index) => (time - times[index]!) / HOUR_MS);
}

async function readEvents({ outDir }: World): Promise<Event[]> {
  return (await eventLinesOf(outDir)).map((line) => JSON.parse(line) as Event);
}

async function durationsMakeSense(t: ExecutionContext, { outDir }: World): Promise<void> {
  const { run } = JSON.parse(await readFile(path.join(outDir, 'report.json'), 'utf8')) as {
    run: { startedAt: string; finishedAt: string };
  };
  const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  t.log(`the report says that the run took ${Math.round(seconds)} s`);
  t.true(seconds >= 0);
  const page = await readFile(path.join(outDir, 'report.html'), 'utf8');
  t.notRegex(page, />\s*-\d+(\.\d)? s/);
}

// Slower, so that it jumps several times.
const SLOW = { FAULTS_EPOCH_MS: '120' };
const WORKERS = { ...SLOW, ...jumping(0, 5, -20, 100) };
const ALL = ['coordinator and workers', jumping(0, -50, 2, -1, 8), WORKERS] as const;
const EACH = [
  ['coordinator', jumping(0, 3, -9, 30, -400), SLOW],
  ['workers', {}, WORKERS],
] as const;
for (const [who, env, workerEnv] of IS_FULL ? [ALL, ...EACH] : [ALL]) {
  test.serial(`a wall clock of ${who} that jumps by hours changes nothing`, async (t) => {
    t.timeout(300_000);
    const options = { ...SIZE, flags: PATIENT, env, workerEnv };
    await withWorld(setting.data, options, async (world) => {
      t.is(await world.finished, 0, world.words.join(''));
      t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
      const events = await readEvents(world);
      const steps = stepsOf(events);
      const own = who !== 'workers';
      t.is(
        steps.some((hours) => hours > 1),
        own,
        'it went forward',
      );
      t.is(
        steps.some((hours) => hours < -1),
        own,
        'and back',
      );
      const types = events.map(({ type }) => type);
      t.false(types.includes('fold.lost'), 'no lease ended');
      t.is(types.filter((type) => type === 'fold.started').length, SIZE.folds);
      t.is(world.lives(), 1);
      await durationsMakeSense(t, world);
    });
  });
}

if (IS_FULL)
  test.serial('a lease ends in time although the wall clock goes back', async (t) => {
    t.timeout(300_000);
    const options = { ...SIZE, workerEnv: SLOW, env: jumping(0, -100, -300, -600) };
    await withWorld(setting.data, options, async (world) => {
      let killed = false;
      world.onEvent(({ type }) => {
        if (type !== 'fold.epoch' || killed) return;
        killed = true;
        world.workers[0]!().kill('SIGKILL');
      });
      t.is(await world.finished, 0, world.words.join(''));
      t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
      const lost = (await readEvents(world)).filter(({ type }) => type === 'fold.lost');
      t.is(lost.length, 1);
      t.is(lost[0]!['cause'], 'preempted', 'its lease was over before anybody else was done');
    });
  });

test.serial('a coordinator started again with a clock of the past goes on', async (t) => {
  t.timeout(300_000);
  const options = { ...SIZE, env: jumping(-1000), firstLife: jumping(0) };
  await withWorld(setting.data, options, async (world) => {
    let killed = false;
    world.onEvent(({ type }) => {
      if (type !== 'fold.completed' || killed) return;
      killed = true;
      world.coordinator().kill('SIGKILL');
    });
    t.is(await world.finished, 0, world.words.join(''));
    t.is(world.lives(), 2);
    t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
    const events = await readEvents(world);
    t.true(stepsOf(events).some((hours) => hours < -900));
    await durationsMakeSense(t, world);
  });
});
