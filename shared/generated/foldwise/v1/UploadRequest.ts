// Original file: proto/foldwise.proto

import type { UploadHeaderInput as _foldwise_v1_UploadHeaderInput, UploadHeader as _foldwise_v1_UploadHeader } from '../../foldwise/v1/UploadHeader.ts';
import type { ChunkInput as _foldwise_v1_ChunkInput, Chunk as _foldwise_v1_Chunk } from '../../foldwise/v1/Chunk.ts';

export interface UploadRequestInput {
  'header'?: (_foldwise_v1_UploadHeaderInput | null);
  'chunk'?: (_foldwise_v1_ChunkInput | null);
  'body'?: "header"|"chunk";
}

export interface UploadRequest {
  'header'?: (_foldwise_v1_UploadHeader | null);
  'chunk'?: (_foldwise_v1_Chunk | null);
  'body'?: "header"|"chunk";
}
