import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  status,
  type sendUnaryData,
  type ServerReadableStream,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import type { Dataset, DatasetPart, Plan, WorkerId } from '../shared/domain.ts';
import { encodePart } from '../shared/data/part-file.ts';
import { asError, ProtocolError } from '../shared/errors.ts';
import type { TransferSet } from '../shared/transfer.ts';
import { chunksOf } from '../shared/wire/chunks.ts';
import type { CoordinatorHandlers, WireChunkInput } from '../shared/wire/contract.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { DatasetPartName } from '../shared/wire/enums.ts';
import {
  decodeDatasetRequest,
  decodeModelRequest,
  decodeUpload,
  type UploadSaid,
} from '../shared/wire/transfers.ts';
import type { IncomingModel, ModelStore } from './artifacts.ts';
import { partOf } from './parts.ts';

export interface TransferOwner {
  readonly plan: Plan;
  readonly dataset: Dataset;
  readonly transfer?: TransferSet | undefined;
  readonly models: ModelStore;
  readonly isLive: (worker: WorkerId, id: AttemptId) => boolean;
  /** Whether a part may leave the coordinator already. */
  readonly isOpen: (part: DatasetPartName) => boolean;
  /** The coordinator's own disk failed: no worker could do better. */
  readonly onStorageFailure: (error: Error) => void;
}

/** Refuses a call with a gRPC status of its own. */
class CallError extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

type Transfers = Pick<CoordinatorHandlers, 'FetchDataset' | 'FetchModel' | 'UploadModel'>;

export function createTransfers(owner: TransferOwner): Transfers {
  const encoded = new Map<DatasetPart, Uint8Array>();
  // Once, not for each worker: they may all come at the same time.
  const bytesOf = (images: DatasetPart): Uint8Array => {
    const bytes = encoded.get(images) ?? encodePart(images);
    encoded.set(images, bytes);
    return bytes;
  };
  return {
    FetchDataset: (call) => void serve(call, () => datasetBytes(owner, call.request, bytesOf)),
    FetchModel: (call) => void serve(call, () => modelBytes(owner, call.request)),
    UploadModel: (call, callback) => void receive(owner, call, callback),
  };
}

interface Source {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** Streams bytes no faster than the peer takes them. */
async function serve(
  call: ServerWritableStream<unknown, WireChunkInput>,
  open: () => Source | Promise<Source>,
): Promise<void> {
  const gone = new AbortController();
  call.on('cancelled', () => gone.abort());
  try {
    const { bytes, offset } = await open();
    for (const chunk of chunksOf(bytes, offset)) {
      if (gone.signal.aborted) return;
      if (!call.write(chunk)) await once(call, 'drain', { signal: gone.signal });
    }
    call.end();
  } catch (thrown) {
    if (!gone.signal.aborted) call.emit('error', statusOf(thrown));
  }
}

function datasetBytes(
  owner: TransferOwner,
  message: unknown,
  bytesOf: (images: DatasetPart) => Uint8Array,
): Source {
  const { run, part, digest, offset } = decodeDatasetRequest(message);
  const { plan } = owner;
  if (run !== plan.run)
    throw new CallError(status.NOT_FOUND, `this is run ${plan.run}, not ${run}`);
  const images = partOf(owner, part);
  if (images === undefined || digest !== partOf(plan, part)?.digest) {
    throw new CallError(status.NOT_FOUND, `this run has no ${part} part of that digest`);
  }
  if (!owner.isOpen(part)) {
    throw new CallError(status.FAILED_PRECONDITION, `the ${part} part is not open yet`);
  }
  const bytes = bytesOf(images);
  if (offset > bytes.byteLength) {
    throw new CallError(status.OUT_OF_RANGE, `offset ${offset} is past ${bytes.byteLength} bytes`);
  }
  return { bytes, offset };
}

async function modelBytes({ plan, models }: TransferOwner, message: unknown): Promise<Source> {
  const { run, fold, weightsDigest } = decodeModelRequest(message);
  if (run !== plan.run)
    throw new CallError(status.NOT_FOUND, `this is run ${plan.run}, not ${run}`);
  const folder = models.foldDir(fold);
  try {
    const files = ['model.json', 'weights.bin'].map((file) => readFile(path.join(folder, file)));
    return { bytes: Buffer.concat(await Promise.all(files)), offset: 0 };
  } catch {
    throw new CallError(status.NOT_FOUND, `fold ${fold} has no model ${weightsDigest} yet`);
  }
}

type Upload = ServerReadableStream<unknown, unknown>;

async function receive(
  owner: TransferOwner,
  call: Upload,
  callback: sendUnaryData<{ storedBytes: number }>,
): Promise<void> {
  // A cancelled call otherwise leaves its reader waiting for ever.
  call.on('cancelled', () => call.destroy(new Error('the upload was cancelled')));
  let incoming: IncomingModel | null = null;
  try {
    let storedBytes = 0;
    for await (const message of call) {
      const said = decodeUpload(message);
      if (incoming === null) incoming = await begin(owner, said);
      else storedBytes += await append(incoming, said);
    }
    if (incoming === null) throw new ProtocolError('an upload opens with a header');
    await incoming.commit();
    callback(null, { storedBytes });
  } catch (thrown) {
    await incoming?.discard();
    const error = asError(thrown);
    if ('syscall' in error) owner.onStorageFailure(error);
    callback(statusOf(error));
  }
}

async function begin(owner: TransferOwner, said: UploadSaid): Promise<IncomingModel> {
  if (said.body !== 'header') throw new ProtocolError('an upload opens with a header');
  const { run, worker, id, model, topology } = said.header;
  if (run !== owner.plan.run || id.task !== 'fold' || !owner.isLive(worker, id)) {
    throw new CallError(status.ABORTED, `attempt ${id.attempt} of fold ${id.fold} is not live`);
  }
  return owner.models.receive(id.fold, id.attempt, model, topology);
}

async function append(incoming: IncomingModel, said: UploadSaid): Promise<number> {
  if (said.body !== 'chunk') throw new ProtocolError('a second header in one upload');
  await incoming.write(said.chunk);
  return said.chunk.data.byteLength;
}

function statusOf(thrown: unknown): { code: status; details: string } {
  const error = asError(thrown);
  if (error instanceof CallError) return { code: error.code, details: error.message };
  if (error instanceof ProtocolError) {
    return { code: status.INVALID_ARGUMENT, details: error.message };
  }
  // What went wrong inside, paths and all, is nobody else's business.
  return { code: status.INTERNAL, details: 'the coordinator could not do this' };
}
