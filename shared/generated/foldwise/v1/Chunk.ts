// Original file: proto/foldwise.proto

import type { Long } from '@grpc/proto-loader';

export interface ChunkInput {
  'offset'?: (number | string | Long);
  'data'?: (Buffer | Uint8Array | string);
  'crc32'?: (number);
}

export interface Chunk {
  'offset': (number);
  'data': (Buffer);
  'crc32': (number);
}
