import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { ServiceError } from '@grpc/grpc-js';
import type {
  EvaluationAssignment,
  FoldAssignment,
  ModelInfo,
  WorkerId,
} from '../shared/domain.ts';
import { writeSynced } from '../shared/durable-files.ts';
import { ProtocolError } from '../shared/errors.ts';
import { CHUNK_BYTES } from '../shared/wire/bounds.ts';
import { checkChunk } from '../shared/wire/chunks.ts';
import type { CoordinatorClient, WireChunk } from '../shared/wire/contract.ts';
import { decodeChunk, encodeUploadHeader, type Chunk } from '../shared/wire/transfers.ts';

/** Uploads may wait for a slow disk; a silent peer is found by keepalive. */
const UPLOAD_DEADLINE_MS = 10 * 60_000;

/** Decodes a stream of chunks, cancelling the call when the reader stops early. */
export async function* chunksFrom(
  call: AsyncIterable<WireChunk> & { cancel: () => void },
): AsyncGenerator<Chunk> {
  try {
    for await (const message of call) yield decodeChunk(message);
  } finally {
    call.cancel();
  }
}

export interface Upload {
  readonly client: CoordinatorClient;
  readonly worker: WorkerId;
  readonly assignment: FoldAssignment;
  readonly model: ModelInfo;
  /** Holds `model.json` and `weights.bin`. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Sends a fold's model to the coordinator and waits until it is stored there.
 * @throws ServiceError: ABORTED where the attempt is no longer live.
 */
export async function uploadModel(upload: Upload): Promise<void> {
  const { client, worker, assignment, model, folder, signal } = upload;
  const { run, fold, attempt } = assignment;
  const topology = await readFile(path.join(folder, 'model.json'));
  const deadline = Date.now() + UPLOAD_DEADLINE_MS;
  const settled = new AbortController();
  await new Promise<void>((resolve, reject) => {
    const call = client.uploadModel({ deadline }, (error: ServiceError | null) => {
      settled.abort();
      if (error === null) resolve();
      else reject(error);
    });
    signal.addEventListener('abort', () => call.cancel(), { signal: settled.signal });
    const id = { task: 'fold', fold, attempt } as const;
    const header = encodeUploadHeader({ run, worker, id, model, topology });
    const send = async (): Promise<void> => {
      call.write({ header });
      let offset = 0;
      const weights = createReadStream(path.join(folder, 'weights.bin'), {
        highWaterMark: CHUNK_BYTES,
      });
      for await (const data of weights as AsyncIterable<Buffer>) {
        if (settled.signal.aborted) return;
        const chunk = { offset, data, crc32: crc32(data) };
        if (!call.write({ chunk })) await once(call, 'drain', { signal: settled.signal });
        offset += data.byteLength;
      }
      call.end();
    };
    send().catch((thrown: unknown) => {
      if (settled.signal.aborted) return;
      call.cancel();
      reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
    });
  });
}

/**
 * Fetches the selected model into a folder.
 * @throws ProtocolError where the bytes do not fit the announced sizes; digests are checked by
 * whoever loads the model.
 */
export async function fetchModel(
  client: CoordinatorClient,
  { run, fold, model }: EvaluationAssignment,
  folder: string,
): Promise<void> {
  const totalBytes = model.topologyBytes + model.weightsBytes;
  const call = client.fetchModel({ run, fold, weightsDigest: model.weightsDigest });
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for await (const chunk of chunksFrom(call)) {
    offset = checkChunk(chunk, offset, totalBytes);
    pieces.push(chunk.data);
  }
  if (offset !== totalBytes) {
    throw new ProtocolError(`the model ended after ${offset} of ${totalBytes} bytes`);
  }
  const bytes = Buffer.concat(pieces);
  await mkdir(folder, { recursive: true });
  await writeSynced(path.join(folder, 'model.json'), bytes.subarray(0, model.topologyBytes));
  await writeSynced(path.join(folder, 'weights.bin'), bytes.subarray(model.topologyBytes));
}
