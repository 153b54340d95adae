// Original file: proto/foldwise.proto

import type { DatasetPartInput as _foldwise_v1_DatasetPartInput, DatasetPart as _foldwise_v1_DatasetPart } from '../../foldwise/v1/DatasetPart.ts';
import type { Long } from '@grpc/proto-loader';

export interface FetchDatasetRequestInput {
  'run'?: (string);
  'part'?: (_foldwise_v1_DatasetPartInput);
  'digest'?: (string);
  'offset'?: (number | string | Long);
}

export interface FetchDatasetRequest {
  'run': (string);
  'part': (_foldwise_v1_DatasetPart);
  'digest': (string);
  'offset': (number);
}
