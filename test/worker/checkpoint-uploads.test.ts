import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { CheckpointUploads, type SavedState } from '../../worker/checkpoint-uploads.ts';
import { fakeCheckpoint } from '../helpers/scripted-worker.ts';
import { withFolder } from '../helpers/tiny-fold.ts';

/** Uploads that end when the test says so. */
function scripted() {
  const begun: { readonly epoch: number; readonly end: (error?: Error) => void }[] = [];
  const stored: number[] = [];
  const problems: string[] = [];
  const controller = new AbortController();
  let onBegin: () => void = () => undefined;
  const uploads = new CheckpointUploads({
    signal: controller.signal,
    upload: ({ info }, signal) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve());
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        begun.push({ epoch: info.epoch, end });
        onBegin();
      }),
    onStored: ({ epoch }) => stored.push(epoch),
    onProblem: (line) => problems.push(line),
  });
  const beginning = async (count: number): Promise<void> => {
    while (begun.length < count) await new Promise<void>((resolve) => (onBegin = resolve));
  };
  return { uploads, begun, beginning, stored, problems, controller };
}

async function state(folder: string, epoch: number): Promise<SavedState> {
  const { bytes, checkpoint } = fakeCheckpoint(epoch);
  const file = path.join(folder, `${epoch}.state`);
  await writeFile(file, bytes);
  return { info: checkpoint, file };
}

test('one upload at a time; of those that wait only the newest; their files go', async (t) => {
  await withFolder(async (folder) => {
    const { uploads, begun, beginning, stored } = scripted();
    const states = await Promise.all([1, 2, 3].map((epoch) => state(folder, epoch)));
    for (const saved of states) uploads.offer(saved);
    t.is(begun.length, 1);
    begun[0]!.end();
    await beginning(2);
    t.is(begun[1]!.epoch, 3);
    begun[1]!.end();
    await uploads.settled();
    t.deepEqual(stored, [1, 3]);
    for (const { file } of states) await t.throwsAsync(access(file), { code: 'ENOENT' });
  });
});

test('a failed upload is told and fails nothing; the next has its turn', async (t) => {
  await withFolder(async (folder) => {
    const { uploads, begun, stored, problems } = scripted();
    uploads.offer(await state(folder, 1));
    begun[0]!.end(new Error('no such worker'));
    await uploads.settled();
    t.deepEqual(problems, ['a checkpoint could not be stored: no such worker']);
    uploads.offer(await state(folder, 2));
    begun[1]!.end();
    await uploads.settled();
    t.deepEqual(stored, [2]);
  });
});

test('an upload that is interrupted makes way for a newer state, and only then', async (t) => {
  await withFolder(async (folder) => {
    const { uploads, begun, beginning, stored, problems } = scripted();
    uploads.offer(await state(folder, 1));
    uploads.noteInterruption();
    uploads.offer(await state(folder, 2));
    t.is(begun.length, 1);
    uploads.noteInterruption();
    await beginning(2);
    begun[1]!.end();
    await uploads.settled();
    t.deepEqual(stored, [2]);
    t.deepEqual(problems, []);
  });
});

test('a state is settled once it is stored or has failed', async (t) => {
  await withFolder(async (folder) => {
    const { uploads, begun, beginning } = scripted();
    const settled: number[] = [];
    const offer = async (epoch: number) =>
      uploads.offer(await state(folder, epoch), () => settled.push(epoch));
    await offer(1);
    await offer(2);
    t.deepEqual(settled, []);
    begun[0]!.end();
    await beginning(2);
    t.deepEqual(settled, [1]);
    begun[1]!.end(new Error('no such worker'));
    await uploads.settled();
    t.deepEqual(settled, [1, 2]);
  });
});

test('while the way to the coordinator is interrupted no state is waited for', async (t) => {
  await withFolder(async (folder) => {
    const { uploads, begun, beginning } = scripted();
    const settled = new Set<number>();
    const offer = async (epoch: number) =>
      uploads.offer(await state(folder, epoch), () => settled.add(epoch));
    await offer(1);
    t.deepEqual([...settled], []);
    uploads.noteInterruption();
    await offer(2);
    t.deepEqual([...settled], [1, 2]);
    uploads.noteInterruption();
    await beginning(2);
    begun[1]!.end();
    await uploads.settled();
    await offer(3);
    t.deepEqual([...settled], [1, 2], 'one was stored: the way is clear again');
    begun[2]!.end();
    await uploads.settled();
  });
});

test('once the attempt is over nothing is uploaded any more', async (t) => {
  await withFolder(async (folder) => {
    const { uploads, begun, stored, problems, controller } = scripted();
    uploads.offer(await state(folder, 1));
    uploads.offer(await state(folder, 2));
    controller.abort(new Error('dropped'));
    await uploads.settled();
    t.is(begun.length, 1);
    t.deepEqual([stored, problems], [[], []]);
  });
});
