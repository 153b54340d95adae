import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { status, type ClientReadableStream } from '@grpc/grpc-js';
import test from 'ava';
import { encodePart } from '../../../shared/data/part-file.ts';
import type { WireChunk } from '../../../shared/wire/contract.ts';
import { encodeDatasetRequest } from '../../../shared/wire/transfers.ts';
import { chunksFrom } from '../../../worker/models.ts';
import { codeOf, dataset, run, tinyPlan } from '../../helpers/with-coordinator.ts';
import {
  checkpointStart,
  chunksOf,
  modelOf,
  someBytes,
  startOf,
  uploadAll,
  withTransfers,
  type Place,
} from '../../helpers/with-transfers.ts';

const bytes = someBytes(2 * 256 * 1024 + 1000);
const model = modelOf(bytes);
const start = checkpointStart(bytes);
const checkpoint = start.content.kind === 'checkpoint' ? start.content.info : null;
const trained = { fold: 0, attempt: 1, model: model.info };

async function bytesOf(call: ClientReadableStream<WireChunk>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const { data } of chunksFrom(call)) pieces.push(data);
  return Buffer.concat(pieces);
}

const OFFSETS = [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, bytes.length];

test('a checkpoint comes from any offset on', async (t) => {
  await withTransfers({}, async ({ client }) => {
    await uploadAll(client, start, chunksOf(bytes));
    for (const offset of OFFSETS) {
      const request = { run, fold: 0, digest: checkpoint!.digest, offset };
      t.true((await bytesOf(client.fetchCheckpoint(request))).equals(bytes.subarray(offset)));
    }
    const past = { run, fold: 0, digest: checkpoint!.digest, offset: bytes.length + 1 };
    t.is(await codeOf(bytesOf(client.fetchCheckpoint(past))), status.OUT_OF_RANGE);
    for (const wrong of [{ digest: model.info.topologyDigest }, { fold: 1 }, { run: 'other' }]) {
      const request = { ...past, offset: 0, ...wrong };
      t.is(await codeOf(bytesOf(client.fetchCheckpoint(request))), status.NOT_FOUND);
    }
    const bad = { ...past, digest: '../../record.db' };
    t.is(await codeOf(bytesOf(client.fetchCheckpoint(bad))), status.INVALID_ARGUMENT);
  });
});

/** Uploads a model and makes it the fold's. */
async function keep({ client, owner }: Place): Promise<void> {
  await uploadAll(client, startOf(model), chunksOf(bytes));
  await owner.models.keep(trained);
}

test('a model comes from any offset on, topology first, once it is accepted', async (t) => {
  await withTransfers({}, async (place) => {
    const { client } = place;
    const { weightsDigest } = model.info;
    const request = { run, fold: 0, weightsDigest, offset: 0 };
    await uploadAll(client, startOf(model), chunksOf(bytes));
    t.is(await codeOf(bytesOf(client.fetchModel(request))), status.NOT_FOUND);
    await place.owner.models.keep(trained);
    const whole = Buffer.concat([model.topology, bytes]);
    for (const offset of [...OFFSETS, model.topology.length, whole.length]) {
      const got = await bytesOf(client.fetchModel({ ...request, offset }));
      t.true(got.equals(whole.subarray(offset)));
    }
    const other = { ...request, weightsDigest: model.info.topologyDigest };
    t.is(await codeOf(bytesOf(client.fetchModel(other))), status.NOT_FOUND);
  });
});

test('a part of the dataset comes from any offset on, once it is open', async (t) => {
  await withTransfers({}, async ({ client }) => {
    const part = encodePart(dataset.train);
    const { train, test: closed } = tinyPlan(2).dataset;
    const ask = (of: Partial<Parameters<typeof encodeDatasetRequest>[0]>) =>
      bytesOf(
        client.fetchDataset(
          encodeDatasetRequest({ run, part: 'train', digest: train.digest, offset: 0, ...of }),
        ),
      );
    for (let offset = 0; offset <= part.length; offset += 15) {
      t.deepEqual(await ask({ offset }), Buffer.from(part.subarray(offset)));
    }
    t.is(await codeOf(ask({ offset: part.length + 1 })), status.OUT_OF_RANGE);
    const test = { part: 'test', digest: closed.digest } as const;
    t.is(await codeOf(ask(test)), status.FAILED_PRECONDITION);
    t.is(await codeOf(ask({ digest: closed.digest })), status.NOT_FOUND);
    t.is(await codeOf(ask({ part: 'transfer-fit' })), status.NOT_FOUND);
  });
});

test('a file that became shorter ends its stream early', async (t) => {
  await withTransfers({}, async (place) => {
    await keep(place);
    const file = path.join(place.owner.models.foldDir(0), 'weights.bin');
    await writeFile(file, bytes.subarray(0, 1000));
    const request = { run, fold: 0, weightsDigest: model.info.weightsDigest, offset: 0 };
    const got = await bytesOf(place.client.fetchModel(request));
    t.is(got.length, model.topology.length + 1000);
  });
});

test('a reader that takes nothing is given up', async (t) => {
  const waits: (() => void)[] = [];
  const after = (_: number, act: () => void) => {
    waits.push(act);
    return () => void waits.splice(waits.indexOf(act), 1);
  };
  const large = someBytes(16 * 1024 * 1024);
  const content = modelOf(large);
  await withTransfers({ idleness: { idleMs: 30_000, after } }, async ({ client, owner }) => {
    await uploadAll(client, startOf(content), chunksOf(large));
    await owner.models.keep({ ...trained, model: content.info });
    const { weightsDigest } = content.info;
    const call = client.fetchModel({ run, fold: 0, weightsDigest, offset: 0 });
    while (waits.length === 0) await new Promise((again) => setImmediate(again));
    waits[0]!();
    const error = await t.throwsAsync(bytesOf(call));
    t.regex(error.message, /DEADLINE_EXCEEDED: nothing moved for 30 s/);
    t.is(waits.length, 0);
  });
});

test('a reader that goes away leaves nothing open', async (t) => {
  let opened = 0;
  let closed = 0;
  const large = someBytes(16 * 1024 * 1024);
  const content = modelOf(large);
  await withTransfers({}, async ({ client, owner }) => {
    await uploadAll(client, startOf(content), chunksOf(large));
    await owner.models.keep({ ...trained, model: content.info });
    const open = owner.models.open.bind(owner.models);
    owner.models.open = async (fold, digest) => {
      const source = await open(fold, digest);
      opened += 1;
      return source && { ...source, close: () => source.close().finally(() => (closed += 1)) };
    };
    const { weightsDigest } = content.info;
    for (let count = 1; count <= 5; count += 1) {
      const call = client.fetchModel({ run, fold: 0, weightsDigest, offset: 0 });
      const chunks = chunksFrom(call);
      await chunks.next();
      await chunks.return(undefined);
      while (closed < count) await new Promise((again) => setImmediate(again));
    }
    t.is(opened, 5);
  });
});
