import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import type { UploadStart } from '../../../shared/wire/transfers.ts';
import {
  checkpointOf,
  checkpointStart,
  chunksOf,
  find,
  id,
  modelOf,
  openUpload,
  someBytes,
  startOf,
  untilStored,
  uploadAll,
  withTransfers,
  worker,
  type Place,
} from '../../helpers/with-transfers.ts';
import { codeOf } from '../../helpers/with-coordinator.ts';

const bytes = someBytes(4 * 256 * 1024 + 1000);
const chunks = [...chunksOf(bytes)];
const model = modelOf(bytes);

/** The bytes as they were stored in the end; null where they were not. */
async function stored({ outDir, owner }: Place, { content }: UploadStart): Promise<Buffer | null> {
  if (content.kind === 'checkpoint') {
    const file = path.join(outDir, 'checkpoints', 'fold-0', `${content.info.digest}.state`);
    return existsSync(file) ? readFile(file) : null;
  }
  const result = { fold: 0, attempt: 1, model: content.info };
  if (!(await owner.models.isStaged(result))) return null;
  await owner.models.keep(result);
  return readFile(path.join(owner.models.foldDir(0), 'weights.bin'));
}

const CONTENTS: [string, UploadStart][] = [
  ['a model', startOf(model)],
  ['a checkpoint', checkpointStart(bytes)],
];

for (const [what, start] of CONTENTS) {
  test(`${what} whose upload breaks at any chunk goes on from there`, async (t) => {
    await withTransfers({}, async (place) => {
      const { client } = place;
      for (let count = 0; count <= chunks.length; count += 1) {
        const own = someBytes(bytes.length, count + 10);
        const header =
          start.content.kind === 'model' ? startOf(modelOf(own)) : checkpointStart(own);
        const broken = openUpload(client, header);
        broken.send(...[...chunksOf(own)].slice(0, count));
        const before = count === chunks.length ? own.length : count * 256 * 1024;
        await untilStored(client, header, before);
        broken.cancel();
        t.is(await codeOf(broken.answer), status.CANCELLED);
        // A call that is cancelled after all of its bytes may be taken for one that ended.
        if (count < chunks.length) t.is(await stored(place, header), null, 'half is nothing');
        t.is(await find(client, header), before);
        t.is(await uploadAll(client, header, chunksOf(own, before)), own.length);
        t.true((await stored(place, header))?.equals(own));
      }
    });
  });

  test(`${what} goes on under another coordinator, whatever the first one kept`, async (t) => {
    await withTransfers({}, async (place) => {
      const { client, restart } = place;
      const broken = openUpload(client, start);
      broken.send(...chunks.slice(0, 2));
      await untilStored(client, start, 2 * 256 * 1024);
      await restart();
      t.not(await codeOf(broken.answer), 'none');
      while ((await codeOf(find(client, start))) === status.UNAVAILABLE);
      t.is(await find(client, start), 2 * 256 * 1024);
      await uploadAll(client, start, chunks.slice(2));
      t.true((await stored(place, start))?.equals(bytes));
    });
  });

  test(`${what} whose answer was lost is answered again`, async (t) => {
    await withTransfers({}, async (place) => {
      const { client, restart, told } = place;
      await uploadAll(client, start, chunks);
      await restart();
      while ((await codeOf(find(client, start))) === status.UNAVAILABLE);
      t.is(await find(client, start), bytes.length);
      t.is(await uploadAll(client, start, []), bytes.length);
      t.is(told.stored.length, start.content.kind === 'checkpoint' ? 2 : 0);
      t.is(await uploadAll(client, start, chunks), bytes.length, 'and may even be sent again');
      t.true((await stored(place, start))?.equals(bytes));
    });
  });
}

const [first, second] = [chunks[0]!, chunks[1]!];
const other = someBytes(bytes.length, 2);

const SPOILED: [string, status, number, typeof chunks][] = [
  ['a wrong checksum', status.DATA_LOSS, 1, [first, { ...second, crc32: 1 }]],
  ['a chunk left out', status.INVALID_ARGUMENT, 1, [first, chunks[2]!]],
  ['a beginning left out', status.OUT_OF_RANGE, 0, chunks.slice(1)],
  ['a chunk twice', status.INVALID_ARGUMENT, 1, [first, first, second]],
  ['an empty chunk', status.INVALID_ARGUMENT, 1, [first, { ...second, data: Buffer.alloc(0) }]],
  ['an early end', status.INVALID_ARGUMENT, 2, [first, second]],
  ['other bytes', status.DATA_LOSS, 0, [...chunksOf(other)]],
  [
    'more than announced',
    status.INVALID_ARGUMENT,
    5,
    [...chunks, { ...first, offset: bytes.length }],
  ],
];

for (const [what, code, kept, pieces] of SPOILED) {
  test(`an upload with ${what} is refused, and goes on from what is right`, async (t) => {
    await withTransfers({}, async (place) => {
      const { client, told } = place;
      const start = checkpointStart(bytes);
      t.is(await codeOf(uploadAll(client, start, pieces)), code);
      const from = Math.min(kept * 256 * 1024, bytes.length);
      t.is(await find(client, start), from);
      t.deepEqual(told.stored, []);
      await uploadAll(client, start, chunksOf(bytes, from));
      t.true((await stored(place, start))?.equals(bytes));
      t.deepEqual(told.stored, [checkpointOf(bytes)]);
    });
  });
}

test('what lies there is hashed again, and begun again where it is no longer right', async (t) => {
  await withTransfers({}, async (place) => {
    const { client, outDir } = place;
    const start = checkpointStart(bytes);
    const broken = openUpload(client, start);
    broken.send(...chunks.slice(0, 3));
    await untilStored(client, start, 3 * 256 * 1024);
    broken.cancel();
    const folder = path.join(outDir, '.staging', 'checkpoints');
    const [name] = await readdir(folder);
    await writeFile(path.join(folder, name!), someBytes(3 * 256 * 1024, 7));
    t.is(await codeOf(uploadAll(client, start, chunks.slice(3))), status.DATA_LOSS);
    t.is(await find(client, start), 0);
    await uploadAll(client, start, chunks);
    t.true((await stored(place, start))?.equals(bytes));
  });
});

test('a call that brings nothing, for all should be there, is told where it is not', async (t) => {
  const start = checkpointStart(bytes);
  await withTransfers({}, async (place) => {
    const { client } = place;
    const broken = openUpload(client, start);
    broken.send(...chunks.slice(0, 2));
    await untilStored(client, start, 2 * 256 * 1024);
    broken.cancel();
    await codeOf(broken.answer);
    const nothing = openUpload(client, start);
    nothing.end();
    t.is(await codeOf(nothing.answer), status.OUT_OF_RANGE, 'workers then ask and go on');
    await uploadAll(client, start, chunksOf(bytes, await find(client, start)));
    t.true((await stored(place, start))?.equals(bytes));
  });
});

test('a topology that differs from its digest is refused', async (t) => {
  await withTransfers({}, async ({ client }) => {
    const start = startOf({ ...model, topology: Buffer.from('{"net":2}') });
    t.is(await codeOf(uploadAll(client, start, chunks)), status.INVALID_ARGUMENT);
  });
});

const UNACCEPTABLE: [string, UploadStart][] = [
  [
    'of more bytes than there may be',
    startOf({ kind: 'checkpoint', info: { ...checkpointOf(bytes), sizeBytes: 2 ** 31 } }),
  ],
  ['of no bytes', startOf({ kind: 'checkpoint', info: { ...checkpointOf(bytes), sizeBytes: 0 } })],
  ['after an epoch that there is not', checkpointStart(bytes, 2)],
  [
    'with a digest that is none',
    startOf({ kind: 'checkpoint', info: { ...checkpointOf(bytes), digest: '../..' as never } }),
  ],
];
for (const [what, start] of UNACCEPTABLE) {
  test(`a checkpoint ${what} is refused before any of it is taken`, async (t) => {
    await withTransfers({}, async ({ client, outDir }) => {
      t.is(await codeOf(uploadAll(client, start, chunks)), status.INVALID_ARGUMENT);
      t.is(await codeOf(find(client, start)), status.INVALID_ARGUMENT);
      t.deepEqual(await readdir(outDir), []);
    });
  });
}

test('a second header, a missing one and an empty message are refused', async (t) => {
  await withTransfers({}, async ({ client }) => {
    const start = checkpointStart(bytes);
    const twice = openUpload(client, start);
    const { checkpoint } = { checkpoint: checkpointOf(bytes) };
    twice.write({
      header: { run: start.run, worker, id: { ...id, task: 'TASK_FOLD' }, checkpoint },
    });
    t.is(await codeOf(twice.answer), status.INVALID_ARGUMENT);
    const none = openUpload(client, null);
    none.send(first);
    t.is(await codeOf(none.answer), status.INVALID_ARGUMENT);
    const empty = openUpload(client, start);
    empty.write({});
    t.is(await codeOf(empty.answer), status.INVALID_ARGUMENT);
    const nothing = openUpload(client, null);
    nothing.end();
    t.is(await codeOf(nothing.answer), status.INVALID_ARGUMENT);
    await uploadAll(client, start, chunks);
  });
});

test('the newer of two calls takes over, and they do not mix', async (t) => {
  await withTransfers({}, async (place) => {
    const { client } = place;
    const start = checkpointStart(bytes);
    const older = openUpload(client, start);
    older.send(first, second);
    await untilStored(client, start, 2 * 256 * 1024);
    const newer = openUpload(client, start);
    newer.send(second, ...chunks.slice(2));
    t.is(await codeOf(older.answer), status.ABORTED);
    older.send(chunks[2]!);
    newer.end();
    t.is(await newer.answer, bytes.length);
    t.true((await stored(place, start))?.equals(bytes));
  });
});

test('of many calls at once one brings it in, and the others are told', async (t) => {
  await withTransfers({}, async (place) => {
    const start = checkpointStart(bytes);
    const calls = Array.from({ length: 8 }, () => codeOf(uploadAll(place.client, start, chunks)));
    const codes = await Promise.all(calls);
    t.true(
      codes.every((code) => code === 'none' || code === status.ABORTED),
      codes.join(' '),
    );
    t.true(codes.includes('none'));
    t.true((await stored(place, start))?.equals(bytes));
  });
});

test('a worker has at most two uploads under way', async (t) => {
  await withTransfers({}, async (place) => {
    const { client } = place;
    const starts = [1, 2, 3].map((seed) => checkpointStart(someBytes(300_000, seed)));
    const open = starts.slice(0, 2).map((start, index) => {
      const upload = openUpload(client, start);
      upload.send(...[...chunksOf(someBytes(300_000, index + 1))].slice(0, 1));
      return upload;
    });
    for (const start of starts.slice(0, 2)) await untilStored(client, start, 256 * 1024);
    const third = (): Promise<number> =>
      uploadAll(client, starts[2]!, chunksOf(someBytes(300_000, 3)));
    t.is(await codeOf(third()), status.RESOURCE_EXHAUSTED);
    open[0]!.cancel();
    let code = await codeOf(third());
    while (code === status.RESOURCE_EXHAUSTED) code = await codeOf(third());
    t.is(code, 'none');
    open[1]!.cancel();
  });
});

test('at most one upload that is not under way stays of an attempt', async (t) => {
  await withTransfers({}, async ({ client, outDir }) => {
    for (const seed of [1, 2, 3]) {
      const start = checkpointStart(someBytes(300_000, seed));
      const broken = openUpload(client, start);
      broken.send([...chunksOf(someBytes(300_000, seed))][0]!);
      await untilStored(client, start, 256 * 1024);
      broken.cancel();
      await codeOf(broken.answer);
    }
    let left = await readdir(path.join(outDir, '.staging', 'checkpoints'));
    // The coordinator may hear of the last cancellation later than we.
    while (left.length > 2) left = await readdir(path.join(outDir, '.staging', 'checkpoints'));
    t.true(left.length <= 2);
  });
});

test('an attempt that is not live is refused before, during and at the end of an upload', async (t) => {
  const start = checkpointStart(bytes);
  for (const count of [0, 2, chunks.length]) {
    await withTransfers({}, async (place) => {
      const { client, told } = place;
      const upload = openUpload(client, count === 0 ? null : start);
      upload.send(...chunks.slice(0, count));
      if (count > 0) await untilStored(client, start, Math.min(bytes.length, count * 256 * 1024));
      told.isLive = false;
      if (count === 0) t.is(await codeOf(uploadAll(client, start, chunks)), status.ABORTED);
      else {
        upload.send(...chunks.slice(count));
        upload.end();
        t.is(await codeOf(upload.answer), status.ABORTED);
      }
      t.is(await codeOf(find(client, start)), status.ABORTED);
      t.is(await stored(place, start), null);
      t.deepEqual(told.stored, []);
    });
  }
});

test('attempts of others, of evaluations and of other runs are refused', async (t) => {
  await withTransfers({}, async ({ client }) => {
    const start = checkpointStart(bytes);
    const foreign: UploadStart[] = [
      { ...start, worker: 'worker-2' as never },
      { ...start, run: 'other-run' as never },
      { ...start, id: { ...id, attempt: 2 } },
      { ...start, id: { ...id, task: 'test' } },
    ];
    for (const one of foreign) {
      t.is(await codeOf(uploadAll(client, one, chunks)), status.ABORTED);
      t.is(await codeOf(find(client, one)), status.ABORTED);
    }
  });
});

test('a coordinator that stops says that it may come back', async (t) => {
  await withTransfers({}, async ({ client, told }) => {
    [told.isLive, told.isStopping] = [false, true];
    t.is(await codeOf(uploadAll(client, checkpointStart(bytes), chunks)), status.UNAVAILABLE);
  });
});

test('a checkpoint is answered only once the record says that it is stored', async (t) => {
  let record: () => void = () => undefined;
  let ask: () => void = () => undefined;
  const recorded = new Promise<void>((resolve) => (record = resolve));
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const checkpointStored = (): Promise<void> => {
    ask();
    return recorded;
  };
  await withTransfers({ owner: { checkpointStored } }, async (place) => {
    const start = checkpointStart(bytes);
    let isAnswered = false;
    const answer = uploadAll(place.client, start, chunks).then(() => (isAnswered = true));
    await asked;
    t.true(
      (await stored(place, start))?.equals(bytes),
      'it is on the disk before the record is told',
    );
    t.is(await find(place.client, start), bytes.length);
    t.false(isAnswered);
    record();
    t.true(await answer);
  });
});

test('a call in which nothing comes is ended, and what came stays', async (t) => {
  const waits: (() => void)[] = [];
  const after = (_: number, act: () => void) => {
    waits.push(act);
    return () => void waits.splice(waits.indexOf(act), 1);
  };
  await withTransfers({ idleness: { idleMs: 30_000, after } }, async ({ client }) => {
    const start = checkpointStart(bytes);
    for (const open of [null, start]) {
      const upload = openUpload(client, open);
      if (open !== null) upload.send(first);
      if (open !== null) await untilStored(client, start, 256 * 1024);
      while (waits.length !== 1) await find(client, start);
      waits[0]!();
      const error = await t.throwsAsync(upload.answer);
      t.regex(error.message, /DEADLINE_EXCEEDED: nothing moved for 30 s/);
    }
    t.is(await find(client, start), 256 * 1024);
    t.is(waits.length, 0);
    await uploadAll(client, start, chunks.slice(1));
    t.is(waits.length, 0, 'nothing is left of the watch');
  });
});

test('a disk that fails is told, and nobody hears of its paths', async (t) => {
  await withTransfers({}, async ({ client, told, outDir }) => {
    await writeFile(path.join(outDir, '.staging'), '');
    const error = await t.throwsAsync(uploadAll(client, checkpointStart(bytes), chunks));
    t.regex(error.message, /INTERNAL/);
    t.notRegex(error.message, new RegExp(outDir));
    t.is((told.failures[0] as NodeJS.ErrnoException).code, 'ENOTDIR');
  });
});

test('what attempts that are over left behind goes with the next upload', async (t) => {
  await withTransfers({}, async ({ client, outDir }) => {
    const folder = path.join(outDir, '.staging', 'checkpoints');
    await mkdir(folder, { recursive: true });
    const digest = 'a'.repeat(64);
    await writeFile(path.join(folder, `fold-0.attempt-9.worker-1.${digest}.partial`), bytes);
    await writeFile(path.join(folder, 'rubbish'), bytes);
    await uploadAll(client, checkpointStart(bytes), chunks);
    t.deepEqual(await readdir(folder), []);
  });
});
