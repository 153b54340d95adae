import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { CheckpointStore } from '../../coordinator/artifacts/checkpoints.ts';
import { ModelStore } from '../../coordinator/artifacts/models.ts';
import { listen } from '../../coordinator/server.ts';
import { createTransfers } from '../../coordinator/transfers.ts';
import { afterTimeout, type Idleness } from '../../coordinator/transfers/idle.ts';
import type { TransferOwner } from '../../coordinator/transfers/owner.ts';
import { sha256 } from '../../shared/data/digest.ts';
import { asWorkerId, type CheckpointInfo } from '../../shared/domain.ts';
import { channelOptions } from '../../shared/wire/channel.ts';
import {
  loadContract,
  type CoordinatorClient,
  type WireUploadInput,
} from '../../shared/wire/contract.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import { encodeUploadHeader, type Chunk, type UploadStart } from '../../shared/wire/transfers.ts';
import { dataset, run, tinyPlan } from './with-coordinator.ts';

export const worker = asWorkerId('worker-1');
export const id = { task: 'fold', fold: 0, attempt: 1 } as const;

/** Different bytes at every place, the same every time. */
export function someBytes(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0, word = seed; index < size; index += 1) {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    bytes[index] = word >>> 24;
  }
  return bytes;
}

export const checkpointOf = (bytes: Uint8Array, epoch = 1): CheckpointInfo => ({
  epoch,
  sizeBytes: bytes.length,
  digest: sha256(bytes),
});

export function modelOf(weights: Uint8Array, topology: Uint8Array = Buffer.from('{"net":1}')) {
  const info = {
    topologyBytes: topology.length,
    topologyDigest: sha256(topology),
    weightsBytes: weights.length,
    weightsDigest: sha256(weights),
  };
  return { kind: 'model', info, topology } as const;
}

export const startOf = (content: UploadStart['content']): UploadStart => ({
  ...{ run, worker, id, content },
});

export const checkpointStart = (bytes: Uint8Array, epoch = 1): UploadStart =>
  startOf({ kind: 'checkpoint', info: checkpointOf(bytes, epoch) });

/** What the coordinator's side was told. */
export interface Told {
  isLive: boolean;
  isStopping: boolean;
  readonly stored: CheckpointInfo[];
  readonly trouble: string[];
  readonly failures: Error[];
}

export interface Place {
  readonly outDir: string;
  readonly port: number;
  readonly client: CoordinatorClient;
  readonly owner: TransferOwner;
  readonly told: Told;
  /** Another coordinator on the same folder in its stead. */
  readonly restart: () => Promise<void>;
}

export interface Manners {
  readonly idleness?: Idleness;
  readonly owner?: Partial<TransferOwner>;
  /** Another than a temporary folder. */
  readonly outDir?: string;
}

const PATIENT: Idleness = { idleMs: 60_000, after: afterTimeout };

/** A coordinator that does nothing but move bytes. */
export async function withTransfers(
  { idleness = PATIENT, owner: other = {}, outDir: given }: Manners,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const outDir = given ?? (await mkdtemp(path.join(tmpdir(), 'foldwise-transfers-')));
  const told: Told = { isLive: true, isStopping: false, stored: [], trouble: [], failures: [] };
  const createOwner = (): TransferOwner => ({ ...ownerOf(outDir, told), ...other });
  const owner = createOwner();
  const host = '127.0.0.1';
  let listener = await listen({ host, port: 0 }, createTransfers(owner, idleness));
  const { port } = listener.address;
  const contract = loadContract();
  const client = new contract.Coordinator(`${host}:${port}`, credentials.createInsecure(), {
    ...channelOptions(),
    'grpc.initial_reconnect_backoff_ms': 10,
    'grpc.min_reconnect_backoff_ms': 10,
    'grpc.max_reconnect_backoff_ms': 50,
  });
  const restart = async (): Promise<void> => {
    await listener.close(0);
    listener = await listen({ host, port }, createTransfers(createOwner(), idleness));
  };
  try {
    await use({ outDir, port, client, owner, told, restart });
  } finally {
    client.close();
    await listener.close(0);
    if (given === undefined) await rm(outDir, { recursive: true, force: true });
  }
}

function ownerOf(outDir: string, told: Told): TransferOwner {
  return {
    ...{ plan: tinyPlan(2), dataset },
    models: new ModelStore(outDir),
    checkpoints: new CheckpointStore(outDir),
    isLive: (name, { attempt }) => told.isLive && name === worker && attempt === id.attempt,
    isOpen: (part) => part === 'train',
    isStopping: () => told.isStopping,
    checkpointStored: (_, __, info) => Promise.resolve(told.stored.push(info)),
    fullDisk: {
      trouble: () => void told.trouble.push('full'),
      well: () => void (told.trouble.at(-1) === 'full' && told.trouble.push('well')),
    },
    onStorageFailure: (error) => void told.failures.push(error),
  };
}

export interface OpenUpload {
  readonly send: (...chunks: readonly Chunk[]) => void;
  readonly write: (message: WireUploadInput) => void;
  readonly end: () => void;
  readonly cancel: () => void;
  readonly answer: Promise<number>;
}

/** An upload in the hands of the test. */
export function openUpload(client: CoordinatorClient, start: UploadStart | null): OpenUpload {
  let resolve: (bytes: number) => void = () => undefined;
  let reject: (error: ServiceError) => void = () => undefined;
  const answer = new Promise<number>((done, fail) => ([resolve, reject] = [done, fail]));
  answer.catch(() => undefined);
  const call = client.upload((error, reply) => {
    if (error) reject(error);
    else resolve(reply?.storedBytes ?? 0);
  });
  if (start !== null) call.write({ header: encodeUploadHeader(start) });
  return {
    send: (...chunks) => {
      for (const chunk of chunks)
        call.write({ chunk: { ...chunk, data: Buffer.from(chunk.data) } });
    },
    write: (message) => void call.write(message),
    end: () => call.end(),
    cancel: () => call.cancel(),
    answer,
  };
}

export function uploadAll(
  client: CoordinatorClient,
  start: UploadStart,
  chunks: Iterable<Chunk>,
): Promise<number> {
  const upload = openUpload(client, start);
  upload.send(...chunks);
  upload.end();
  return upload.answer;
}

export const find = (client: CoordinatorClient, start: UploadStart): Promise<number> =>
  new Promise((resolve, reject) => {
    client.findUpload(encodeUploadHeader(start), (error, reply) => {
      if (error) reject(error);
      else resolve(reply?.storedBytes ?? 0);
    });
  });

/** Asks until the coordinator has so much of an upload. */
export async function untilStored(
  client: CoordinatorClient,
  start: UploadStart,
  bytes: number,
): Promise<void> {
  while ((await find(client, start)) < bytes) await new Promise((again) => setImmediate(again));
}

export { chunksOf };
