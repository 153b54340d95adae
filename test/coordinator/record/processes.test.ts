import { readdir } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { inspectRecord } from '../../../coordinator/record/inspect-record.ts';
import { openRecord } from '../../../coordinator/record/open.ts';
import { RecordInUse } from '../../../coordinator/record/refusals.ts';
import { seedState, xoshiro128 } from '../../../shared/random.ts';
import { factsFrom } from './facts.ts';
import { withFolder } from './folders.ts';

const PROGRAM = path.join(import.meta.dirname, '../../helpers/programs/append-facts.ts');
const KILLS = Number(process.env['FOLDWISE_RECORD_KILLS'] ?? 6);

/** Starts a process that appends; it is killed with SIGKILL at the end, whatever happens. */
async function withWriter(
  args: readonly [folder: string, batch: number],
  use: (writer: {
    acknowledged: AsyncIterator<string>;
    kill: () => Promise<number>;
  }) => Promise<void>,
): Promise<void> {
  const command = ['--import=tsx', PROGRAM, ...args.map(String)];
  const running = execa(process.execPath, command, { reject: false });
  let last = 0;
  running.stdout.on('data', (bytes: Buffer) => {
    last = Number(bytes.toString().trimEnd().split('\n').at(-1) ?? last);
  });
  const kill = async (): Promise<number> => {
    running.kill('SIGKILL');
    await running;
    return last;
  };
  try {
    await use({ acknowledged: running[Symbol.asyncIterator]() as AsyncIterator<string>, kill });
  } finally {
    await kill();
  }
}

async function expectAll(t: ExecutionContext, folder: string, acknowledged: number): Promise<void> {
  const record = await openRecord(folder);
  const { facts } = record;
  t.true(facts.length >= acknowledged, `${facts.length} facts, ${acknowledged} acknowledged`);
  t.deepEqual(facts, factsFrom(1, facts.length));
  t.true(record.delivered() <= facts.length);
  await record.close();
}

test(`SIGKILL in the middle of appends, ${KILLS} times over, loses nothing acknowledged`, async (t) => {
  const random = xoshiro128(seedState('kills'));
  await withFolder(async (folder) => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const patience = random() % 12;
      const batch = [1, 7, 50][kill % 3]!;
      await withWriter([folder, batch], async (writer) => {
        for (let line = 0; line <= patience; line += 1) await writer.acknowledged.next();
        await expectAll(t, folder, await writer.kill());
      });
    }
    t.false((await readdir(folder)).some((name) => name.includes('.new-')));
  });
});

test('a second process is refused while the first lives, and not a moment longer', async (t) => {
  await withFolder(async (folder) => {
    await withWriter([folder, 1], async (writer) => {
      await writer.acknowledged.next();
      const refusal = await t.throwsAsync(openRecord(folder, { patienceMs: 100 }), {
        instanceOf: RecordInUse,
      });
      t.regex(refusal.message, /record\.db is in use by another coordinator.*Stop it, or wait/);
      t.is(await inspectRecord(folder), 'in use');
      await writer.acknowledged.next();
      const last = await writer.kill();
      const record = await openRecord(folder, { patienceMs: 0 });
      t.true(record.facts.length >= last);
      await record.close();
    });
  });
});

test('a coordinator that comes a moment too early waits for the end of the other', async (t) => {
  await withFolder(async (folder) => {
    await withWriter([folder, 1], async (writer) => {
      await writer.acknowledged.next();
      const opening = openRecord(folder);
      await writer.kill();
      const record = await opening;
      t.true(record.facts.length >= 0);
      await record.close();
    });
  });
});
