import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import { sha256 } from '../../shared/data/digest.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import type { Chunk } from '../../shared/wire/transfers.ts';
import { download } from '../../worker/download.ts';
import { fetchCheckpoint, fetchModel } from '../../worker/models.ts';
import { codeOf, run } from '../helpers/with-coordinator.ts';
import {
  checkpointOf,
  checkpointStart,
  modelOf,
  someBytes,
  startOf,
  uploadAll,
  withTransfers,
} from '../helpers/with-transfers.ts';

const bytes = someBytes(3 * 256 * 1024 + 1000);
const digest = sha256(bytes);
const lost = Object.assign(new Error('connection lost'), { code: status.UNAVAILABLE });

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-download-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Sends chunks, then breaks where it is to. */
async function* send(chunks: Iterable<Chunk>, most = Infinity): AsyncGenerator<Chunk> {
  let sent = 0;
  for (const chunk of chunks) {
    await Promise.resolve();
    if (sent === most) throw lost;
    sent += 1;
    yield chunk;
  }
}

const wanted = (folder: string, fetch: (offset: number) => AsyncIterable<Chunk>) => ({
  ...{ what: 'the thing', partial: path.join(folder, 'a.partial'), sizeBytes: bytes.length },
  ...{ digest, fetch },
});

test('a download that breaks at any chunk goes on from there', async (t) => {
  for (let count = 0; count < 4; count += 1) {
    await withFolder(async (folder) => {
      const offsets: number[] = [];
      const fetch = (offset: number) => {
        offsets.push(offset);
        return send(chunksOf(bytes, offset), offsets.length === 1 ? count : Infinity);
      };
      await t.throwsAsync(download(wanted(folder, fetch)), { is: lost });
      await download(wanted(folder, fetch));
      t.deepEqual(offsets, [0, count * 256 * 1024]);
      t.true((await readFile(path.join(folder, 'a.partial'))).equals(bytes));
    });
  }
});

test('what is damaged on its way is fetched again', async (t) => {
  await withFolder(async (folder) => {
    let fetches = 0;
    const fetch = (offset: number) => {
      fetches += 1;
      const chunks = [...chunksOf(bytes, offset)];
      if (fetches > 1) return send(chunks);
      return send(chunks.map((chunk, index) => (index === 1 ? { ...chunk, crc32: 1 } : chunk)));
    };
    await download(wanted(folder, fetch));
    t.is(fetches, 2);
    t.true((await readFile(path.join(folder, 'a.partial'))).equals(bytes));
  });
});

test('what lies there wrong, or is too long, is begun again', async (t) => {
  for (const before of [someBytes(300_000, 7), someBytes(bytes.length + 1)]) {
    await withFolder(async (folder) => {
      await writeFile(path.join(folder, 'a.partial'), before);
      await download(wanted(folder, (offset) => send(chunksOf(bytes, offset))));
      t.true((await readFile(path.join(folder, 'a.partial'))).equals(bytes));
    });
  }
});

const WRONG: [string, (offset: number) => AsyncIterable<Chunk>][] = [
  ['other bytes', (offset) => send(chunksOf(someBytes(bytes.length, 5), offset))],
  ['an early end', (offset) => send(chunksOf(bytes.subarray(0, 1000), offset))],
  ['too much', () => send(chunksOf(Buffer.concat([bytes, bytes])))],
  ['what begins elsewhere', () => send(chunksOf(bytes, 1))],
];
for (const [what, fetch] of WRONG) {
  test(`a peer that sends ${what} again and again is refused, and nothing is left`, async (t) => {
    await withFolder(async (folder) => {
      await t.throwsAsync(download(wanted(folder, fetch)), { instanceOf: ProtocolError });
      t.deepEqual(await readdir(folder), []);
    });
  });
}

test('a model and a checkpoint are fetched from a coordinator', async (t) => {
  await withTransfers({}, async ({ client, owner, outDir }) => {
    const folder = path.join(outDir, 'worker');
    const content = modelOf(bytes);
    const { info: model } = content;
    await uploadAll(client, startOf(content), chunksOf(bytes));
    await owner.models.keep({ fold: 0, attempt: 1, model });
    await fetchModel(client, { run, fold: 0, model }, folder);
    t.true((await readFile(path.join(folder, 'weights.bin'))).equals(bytes));
    t.true((await readFile(path.join(folder, 'model.json'))).equals(content.topology));

    const other = someBytes(bytes.length, 3);
    const checkpoint = checkpointOf(other);
    await uploadAll(client, checkpointStart(other), chunksOf(other));
    const file = path.join(folder, 'a.state');
    await writeFile(`${file}.partial`, other.subarray(0, 300_001));
    await fetchCheckpoint(client, { run, fold: 0, checkpoint }, file);
    t.true((await readFile(file)).equals(other));
    t.deepEqual((await readdir(folder)).sort(), ['a.state', 'model.json', 'weights.bin']);
  });
});

test('a checkpoint that is damaged or gone at the coordinator is told as such', async (t) => {
  await withTransfers({}, async ({ client, outDir }) => {
    const checkpoint = checkpointOf(bytes);
    await uploadAll(client, checkpointStart(bytes), chunksOf(bytes));
    const stored = path.join(outDir, 'checkpoints', 'fold-0', `${digest}.state`);
    const file = path.join(outDir, 'a.state');
    const fetching = () => fetchCheckpoint(client, { run, fold: 0, checkpoint }, file);
    for (const wrong of [someBytes(bytes.length, 4), bytes.subarray(1), Buffer.alloc(0)]) {
      await writeFile(stored, wrong);
      await t.throwsAsync(fetching(), { instanceOf: ProtocolError });
    }
    await rm(stored);
    t.is(await codeOf(fetching()), status.NOT_FOUND);
    t.false((await readdir(outDir)).includes('a.state'));
  });
});

test('an aborted download ends with the reason', async (t) => {
  await withTransfers({}, async ({ client, outDir }) => {
    const large = someBytes(8 * 1024 * 1024);
    const checkpoint = checkpointOf(large);
    await uploadAll(client, checkpointStart(large), chunksOf(large));
    const abort = new AbortController();
    const reason = new Error('the attempt was dropped');
    const file = path.join(outDir, 'a.state');
    const fetching = fetchCheckpoint(client, { run, fold: 0, checkpoint }, file, abort.signal);
    setImmediate(() => abort.abort(reason));
    t.is(await t.throwsAsync(fetching), reason);
  });
});
