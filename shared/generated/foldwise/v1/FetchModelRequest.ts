// Original file: proto/foldwise.proto

import type { Long } from '@grpc/proto-loader';

export interface FetchModelRequestInput {
  'run'?: (string);
  'fold'?: (number);
  'weightsDigest'?: (string);
  'offset'?: (number | string | Long);
}

export interface FetchModelRequest {
  'run': (string);
  'fold': (number);
  'weightsDigest': (string);
  'offset': (number);
}
