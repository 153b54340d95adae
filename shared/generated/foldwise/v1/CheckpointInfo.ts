// Original file: proto/foldwise.proto

import type { Long } from '@grpc/proto-loader';

export interface CheckpointInfoInput {
  'epoch'?: (number);
  'sizeBytes'?: (number | string | Long);
  'digest'?: (string);
}

export interface CheckpointInfo {
  'epoch': (number);
  'sizeBytes': (number);
  'digest': (string);
}
