// Original file: proto/foldwise.proto

import type { Long } from '@grpc/proto-loader';

export interface UploadReplyInput {
  'storedBytes'?: (number | string | Long);
}

export interface UploadReply {
  'storedBytes': (number);
}
