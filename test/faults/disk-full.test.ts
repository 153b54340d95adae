import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { openRecord } from '../../coordinator/record/open.ts';
import { smallDiskTest } from '../helpers/small-disk.ts';
import { IS_FULL, makeSetting } from './setting.ts';
import { eventLinesOf, resultOf, withWorld, type World } from './world.ts';

const SIZE = { folds: 3, epochs: 4, workers: 2 };
const DISK_KIB = 16_384;
const FULL = /the disk of \S+ is full/g;
const ROOM = /there is space in \S+ again/g;

const setting = makeSetting(SIZE);

type Event = Readonly<Record<string, unknown>>;

const untilEvent = (world: World, type: string): Promise<Event> =>
  new Promise((resolve) => world.onEvent((event) => event['type'] === type && resolve(event)));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const said = ({ words }: World, pattern: RegExp): number =>
  [...words.join('').matchAll(pattern)].length;

const isTold =
  (world: World, times = 1) =>
  (): boolean =>
    said(world, FULL) >= times;

/** What a record holds that its coordinator holds open, or has left behind. */
async function recorded(outDir: string): Promise<Event[]> {
  const copy = await mkdtemp(path.join(tmpdir(), 'foldwise-faults-record-'));
  try {
    for (const name of await readdir(outDir)) {
      if (name.startsWith('record.db')) await cp(path.join(outDir, name), path.join(copy, name));
    }
    const record = await openRecord(copy);
    await record.close();
    return record.facts.map(({ event }) => ({ ...event }));
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

const ofType = (events: readonly Event[], type: string): Event[] =>
  events.filter((event) => event['type'] === type);

/** What was shown, or acknowledged to a worker, is on the disk: the coordinator stands meanwhile. */
async function nothingToldIsMissing(t: ExecutionContext, world: World, shown: readonly Event[]) {
  world.coordinator().kill('SIGSTOP');
  const told = [...shown];
  const acknowledged = world.workerLines.filter((line) => /^result of fold .* accepted/.test(line));
  const facts = await recorded(world.outDir);
  world.coordinator().kill('SIGCONT');
  t.deepEqual(facts.slice(0, told.length), told);
  t.true(acknowledged.length <= ofType(facts, 'fold.completed').length);
}

/** Says, where a test fails, what the programs had to say. */
async function inWorld(
  t: ExecutionContext,
  options: Parameters<typeof withWorld>[1],
  use: (world: World) => Promise<void>,
): Promise<void> {
  await withWorld(setting.data, options, async (world) => {
    const timer = setTimeout(
      () => t.log(world.words.join(''), world.workerLines.slice(-20)),
      20_000,
    );
    try {
      await use(world);
    } finally {
      clearTimeout(timer);
    }
  });
}

async function endsAsUndisturbed(t: ExecutionContext, world: World): Promise<void> {
  t.is(await world.finished, 0, world.words.join(''));
  t.deepEqual(await resultOf(world.outDir), setting.undisturbed);
  const facts = await recorded(world.outDir);
  const lines = await eventLinesOf(world.outDir);
  t.deepEqual(
    lines.map((line) => JSON.parse(line) as Event),
    facts,
    'events.ndjson says what the record says',
  );
  t.deepEqual(
    facts.map(({ sequence }) => sequence),
    facts.map((_, index) => index + 1),
  );
  const completed = ofType(facts, 'fold.completed');
  t.deepEqual(completed.map(({ fold }) => fold).sort(), [0, 1, 2], 'each fold once');
}

const MOMENTS = ['fold.completed', 'run.worker-joined', 'fold.checkpointed'];
for (const type of IS_FULL ? MOMENTS : MOMENTS.slice(0, 1)) {
  smallDiskTest(
    `a disk that is full after ${type} stops nothing for good`,
    DISK_KIB,
    async (t, disk) => {
      const options = { ...SIZE, outDir: path.join(disk.folder, 'out') };
      await inWorld(t, options, async (world) => {
        const shown: Event[] = [];
        world.onEvent((event) => shown.push(event));
        await untilEvent(world, type);
        await disk.fillUp();
        await until(isTold(world));
        await nothingToldIsMissing(t, world, shown);
        await disk.makeRoom();
        await endsAsUndisturbed(t, world);
        t.is(said(world, FULL), 1, 'one message');
        t.is(said(world, ROOM), 1, 'and one that it is over');
      });
    },
  );
}

smallDiskTest(
  'a coordinator that is killed while its disk is full, and started again, goes on',
  DISK_KIB,
  async (t, disk) => {
    const options = { ...SIZE, outDir: path.join(disk.folder, 'out') };
    await inWorld(t, options, async (world) => {
      const shown: Event[] = [];
      world.onEvent((event) => shown.push(event));
      await untilEvent(world, 'fold.checkpointed');
      await disk.fillUp();
      await until(isTold(world));
      const before = [...shown];
      world.coordinator().kill('SIGKILL');
      await until(() => world.lives() === 2);
      await until(isTold(world, said(world, FULL) + 1));
      t.is(world.lives(), 2);
      await nothingToldIsMissing(t, world, before);
      await disk.makeRoom();
      await endsAsUndisturbed(t, world);
    });
  },
);

smallDiskTest(
  'a run is not begun on a full disk, and nothing of it is left',
  64,
  async (t, disk) => {
    const outDir = path.join(disk.folder, 'out');
    await disk.fillUp();
    await inWorld(t, { ...SIZE, workers: 0, outDir }, async (world) => {
      t.is(await world.finished, 1);
      t.regex(
        world.words.join(''),
        /^error: there is no space for \S+record\.db: free some on its disk\n$/m,
      );
      t.notRegex(world.words.join(''), /bug in Foldwise/);
      const left = await readdir(outDir).catch(() => []);
      t.deepEqual(left, []);
    });
    await disk.makeRoom();
  },
);

smallDiskTest('a disk that is full at the report costs no result', DISK_KIB, async (t, disk) => {
  const options = { ...SIZE, outDir: path.join(disk.folder, 'out') };
  await inWorld(t, options, async (world) => {
    await untilEvent(world, 'run.test-completed');
    await disk.fillUp();
    await until(isTold(world));
    const names = await readdir(world.outDir);
    for (const name of ['report.json', 'report.html']) t.false(names.includes(name), name);
    await disk.makeRoom();
    await endsAsUndisturbed(t, world);
  });
});

const PLACES = [
  ['temporary files', (folder: string) => ({ workerEnv: { TMPDIR: folder } })],
  ['data', (folder: string) => ({ cacheDir: path.join(folder, 'cache') })],
] as const;
for (const [what, place] of IS_FULL ? PLACES : PLACES.slice(0, 1)) {
  smallDiskTest(
    `a worker whose disk for ${what} is full says so, and goes on later`,
    8192,
    async (t, disk) => {
      await disk.fillUp();
      await inWorld(t, { ...SIZE, workers: 1, ...place(disk.folder) }, async (world) => {
        const lost = await untilEvent(world, 'fold.lost');
        t.is(lost['cause'], 'machine');
        t.regex(String(lost['reason']), /a disk of this machine is full/);
        t.true(String(lost['reason']).includes(disk.folder), String(lost['reason']));
        await disk.makeRoom();
        await endsAsUndisturbed(t, world);
      });
    },
  );
}
