import { z } from 'zod';
import type { Digest, ModelInfo, RunId, WorkerId } from '../domain.ts';
import type { FetchDatasetRequestInput } from '../generated/foldwise/v1/FetchDatasetRequest.ts';
import type { UploadHeaderInput } from '../generated/foldwise/v1/UploadHeader.ts';
import * as bound from './bounds.ts';
import { decode } from './decode.ts';
import { DATASET_PARTS, fromWire, type DatasetPartName } from './enums.ts';
import { attemptId, encodeAttemptId, modelInfo, type AttemptId } from './results.ts';

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
}

const modelRequest = z.object({
  run: bound.runId,
  fold: bound.count(bound.MAX_FOLDS - 1),
  weightsDigest: bound.digest,
});

export const decodeModelRequest = (message: unknown): ModelRequest =>
  decode(modelRequest, message, 'request for a model');

export interface UploadStart {
  readonly run: RunId;
  readonly worker: WorkerId;
  readonly id: AttemptId;
  readonly model: ModelInfo;
  readonly topology: Uint8Array;
}

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

const uploadModelRequest = z.discriminatedUnion('body', [
  z.object({
    body: z.literal('header'),
    header: z.object({
      run: bound.runId,
      worker: bound.workerId,
      id: attemptId,
      model: modelInfo,
      topology: bound.bytes(bound.MAX_TOPOLOGY_BYTES),
    }),
  }),
  z.object({ body: z.literal('chunk'), chunk }),
]);

export type UploadSaid =
  | { readonly body: 'header'; readonly header: UploadStart }
  | { readonly body: 'chunk'; readonly chunk: Chunk };

export const decodeUpload = (message: unknown): UploadSaid =>
  decode(uploadModelRequest, message, 'upload of a model');

export const encodeUploadHeader = (start: UploadStart): UploadHeaderInput => ({
  ...start,
  id: encodeAttemptId(start.id),
  topology: Buffer.from(start.topology),
});
