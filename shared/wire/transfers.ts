import { z } from 'zod';
import type { CheckpointInfo, Digest, ModelInfo, RunId, WorkerId } from '../domain.ts';
import type { FetchDatasetRequestInput } from '../generated/foldwise/v1/FetchDatasetRequest.ts';
import type { UploadHeaderInput } from '../generated/foldwise/v1/UploadHeader.ts';
import * as bound from './bounds.ts';
import { decode } from './decode.ts';
import { DATASET_PARTS, fromWire, type DatasetPartName } from './enums.ts';
import {
  attemptId,
  checkpointInfo,
  encodeAttemptId,
  modelInfo,
  type AttemptId,
} from './results.ts';

export interface DatasetRequest {
  readonly run: RunId;
  readonly part: DatasetPartName;
  readonly digest: Digest;
  readonly offset: number;
}

const datasetRequest = z.object({
  run: bound.runId,
  part: fromWire(DATASET_PARTS),
  digest: bound.digest,
  offset: bound.count(Number.MAX_SAFE_INTEGER),
});

export const decodeDatasetRequest = (message: unknown): DatasetRequest =>
  decode(datasetRequest, message, 'request for the dataset');

export const encodeDatasetRequest = (request: DatasetRequest): FetchDatasetRequestInput => ({
  ...request,
  part: DATASET_PARTS[request.part],
});

export interface ModelRequest {
  readonly run: RunId;
  readonly fold: number;
  readonly weightsDigest: Digest;
  readonly offset: number;
}

const modelRequest = z.object({
  run: bound.runId,
  fold: bound.count(bound.MAX_FOLDS - 1),
  weightsDigest: bound.digest,
  offset: bound.count(Number.MAX_SAFE_INTEGER),
});

export const decodeModelRequest = (message: unknown): ModelRequest =>
  decode(modelRequest, message, 'request for a model');

export interface CheckpointRequest {
  readonly run: RunId;
  readonly fold: number;
  readonly digest: Digest;
  readonly offset: number;
}

const checkpointRequest = z.object({
  run: bound.runId,
  fold: bound.count(bound.MAX_FOLDS - 1),
  digest: bound.digest,
  offset: bound.count(Number.MAX_SAFE_INTEGER),
});

export const decodeCheckpointRequest = (message: unknown): CheckpointRequest =>
  decode(checkpointRequest, message, 'request for a checkpoint');

/** Of whom an upload is, and what is uploaded. */
export interface UploadStart {
  readonly run: RunId;
  readonly worker: WorkerId;
  readonly id: AttemptId;
  readonly content: UploadContent;
}

export type UploadContent =
  /** The bytes that follow are the weights. */
  | { readonly kind: 'model'; readonly info: ModelInfo; readonly topology: Uint8Array }
  | { readonly kind: 'checkpoint'; readonly info: CheckpointInfo };

export interface Chunk {
  readonly offset: number;
  readonly data: Uint8Array;
  readonly crc32: number;
}

const chunk = z.object({
  offset: bound.count(Number.MAX_SAFE_INTEGER),
  data: bound.bytes(4 * bound.CHUNK_BYTES),
  crc32: bound.count(2 ** 32 - 1),
});

export const decodeChunk = (message: unknown): Chunk => decode(chunk, message, 'chunk');

const uploadOf = { run: bound.runId, worker: bound.workerId, id: attemptId };
const modelUpload = z.object({
  info: modelInfo,
  topology: bound.bytes(bound.MAX_TOPOLOGY_BYTES),
});
const uploadHeader = z
  .discriminatedUnion('content', [
    z.object({ ...uploadOf, content: z.literal('model'), model: modelUpload }),
    z.object({ ...uploadOf, content: z.literal('checkpoint'), checkpoint: checkpointInfo }),
  ])
  .transform((header): UploadStart => {
    const { run, worker, id } = header;
    const content: UploadContent =
      header.content === 'model'
        ? { kind: 'model', ...header.model }
        : { kind: 'checkpoint', info: header.checkpoint };
    return { run, worker, id, content };
  });

const uploadRequest = z.discriminatedUnion('body', [
  z.object({ body: z.literal('header'), header: uploadHeader }),
  z.object({ body: z.literal('chunk'), chunk }),
]);

export type UploadSaid =
  | { readonly body: 'header'; readonly header: UploadStart }
  | { readonly body: 'chunk'; readonly chunk: Chunk };

export const decodeUpload = (message: unknown): UploadSaid =>
  decode(uploadRequest, message, 'upload');

export const decodeUploadHeader = (message: unknown): UploadStart =>
  decode(uploadHeader, message, 'question after an upload');

export function encodeUploadHeader({ run, worker, id, content }: UploadStart): UploadHeaderInput {
  const header = { run, worker, id: encodeAttemptId(id) };
  if (content.kind === 'checkpoint') return { ...header, checkpoint: content.info };
  return { ...header, model: { info: content.info, topology: Buffer.from(content.topology) } };
}
