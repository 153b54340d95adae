// Original file: proto/foldwise.proto

import type { Long } from '@grpc/proto-loader';

export interface FetchCheckpointRequestInput {
  'run'?: (string);
  'fold'?: (number);
  'digest'?: (string);
  'offset'?: (number | string | Long);
}

export interface FetchCheckpointRequest {
  'run': (string);
  'fold': (number);
  'digest': (string);
  'offset': (number);
}
