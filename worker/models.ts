import { crc32 } from 'node:zlib';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { hasDigest } from '../shared/data/digest-file.ts';
import type { CheckpointInfo, EvaluationAssignment, RunId } from '../shared/domain.ts';
import { makeFolder } from '../shared/durable-files.ts';
import type { CoordinatorClient, WireChunk } from '../shared/wire/contract.ts';
import {
  decodeChunk,
  encodeDatasetRequest,
  type Chunk,
  type DatasetRequest,
} from '../shared/wire/transfers.ts';
import { deadlineFor } from './deadline.ts';
import { download, type Download } from './download.ts';

/** Decodes a stream of chunks, cancelling the call when the reader stops early. */
export async function* chunksFrom(
  call: ClientReadableStream<WireChunk>,
  signal?: AbortSignal,
): AsyncGenerator<Chunk> {
  // A call that is cancelled fails, also when nobody reads it any more.
  call.on('error', () => undefined);
  const cancel = (): void => call.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    signal?.throwIfAborted();
    for await (const message of call) yield decodeChunk(message);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    call.cancel();
  }
}

/** The bytes of a part of the dataset, which has `sizeBytes` in all, from an offset on. */
export function fetchPart(
  client: CoordinatorClient,
  request: DatasetRequest,
  { sizeBytes, signal }: { readonly sizeBytes: number; readonly signal: AbortSignal },
): AsyncIterable<Chunk> {
  const deadline = deadlineFor(sizeBytes - request.offset);
  return chunksFrom(client.fetchDataset(encodeDatasetRequest(request), { deadline }), signal);
}

/** Which checkpoint of which fold. */
export interface CheckpointRef {
  readonly run: RunId;
  readonly fold: number;
  readonly checkpoint: CheckpointInfo;
}

/**
 * Fetches a checkpoint into a file, which appears whole or not at all; goes on where the last try
 * ended.
 * @throws ProtocolError where the coordinator's bytes are not those of the digest; ServiceError:
 * NOT_FOUND where it has no such checkpoint.
 */
export async function fetchCheckpoint(
  client: CoordinatorClient,
  { run, fold, checkpoint }: CheckpointRef,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  const { epoch, sizeBytes, digest } = checkpoint;
  await downloadAs(file, {
    what: `the checkpoint of fold ${fold}, epoch ${epoch},`,
    ...{ sizeBytes, digest },
    fetch: (offset) => {
      const deadline = deadlineFor(sizeBytes - offset);
      const call = client.fetchCheckpoint({ run, fold, digest, offset }, { deadline });
      return chunksFrom(call, signal);
    },
  });
}

/**
 * Fetches the selected model into a folder; goes on where the last try ended.
 * @throws ProtocolError where the coordinator's bytes are not those of the digests; ServiceError
 */
export async function fetchModel(
  client: CoordinatorClient,
  { run, fold, model }: Pick<EvaluationAssignment, 'run' | 'fold' | 'model'>,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const { topologyBytes, weightsBytes, weightsDigest } = model;
  const totalBytes = topologyBytes + weightsBytes;
  const chunks = (offset: number): AsyncIterable<Chunk> => {
    const deadline = deadlineFor(totalBytes - offset);
    return chunksFrom(
      client.fetchModel({ run, fold, weightsDigest, offset }, { deadline }),
      signal,
    );
  };
  await makeFolder(folder);
  await downloadAs(path.join(folder, 'model.json'), {
    what: `the topology of the model of fold ${fold}`,
    ...{ sizeBytes: topologyBytes, digest: model.topologyDigest },
    fetch: (offset) => within(chunks(offset), 0, topologyBytes),
  });
  await downloadAs(path.join(folder, 'weights.bin'), {
    what: `the weights of the model of fold ${fold}`,
    ...{ sizeBytes: weightsBytes, digest: weightsDigest },
    fetch: (offset) => within(chunks(topologyBytes + offset), topologyBytes, totalBytes),
  });
}

/** The file appears whole or not at all. */
async function downloadAs(file: string, wanted: Omit<Download, 'partial'>): Promise<void> {
  if (await hasDigest(file, wanted.digest)) return;
  const partial = `${file}.partial`;
  await download({ ...wanted, partial });
  await rename(partial, file);
}

/** Of a stream of chunks what lies from `start` to `end`, as if it began at 0. */
async function* within(
  chunks: AsyncIterable<Chunk>,
  start: number,
  end: number,
): AsyncGenerator<Chunk> {
  for await (const chunk of chunks) {
    const offset = chunk.offset - start;
    const data = chunk.data.subarray(0, end - chunk.offset);
    const isWhole = data.byteLength === chunk.data.byteLength;
    // One that was harmed stays so.
    const isHarmed = !isWhole && crc32(chunk.data) !== chunk.crc32;
    yield isWhole || isHarmed ? { ...chunk, offset } : { offset, data, crc32: crc32(data) };
    if (chunk.offset + data.byteLength >= end) return;
  }
}
