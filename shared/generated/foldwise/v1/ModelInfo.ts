// Original file: proto/foldwise.proto

import type { Long } from '@grpc/proto-loader';

export interface ModelInfoInput {
  'topologyBytes'?: (number);
  'topologyDigest'?: (string);
  'weightsBytes'?: (number | string | Long);
  'weightsDigest'?: (string);
}

export interface ModelInfo {
  'topologyBytes': (number);
  'topologyDigest': (string);
  'weightsBytes': (number);
  'weightsDigest': (string);
}
