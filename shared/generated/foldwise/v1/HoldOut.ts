// Original file: proto/foldwise.proto

import type { Long } from '@grpc/proto-loader';

export interface HoldOutInput {
  'fraction'?: (number | string);
  'seed'?: (number | string | Long);
}

export interface HoldOut {
  'fraction': (number);
  'seed': (number);
}
