// Original file: proto/foldwise.proto

import type { Long } from '@grpc/proto-loader';

export interface UploadModelReplyInput {
  'storedBytes'?: (number | string | Long);
}

export interface UploadModelReply {
  'storedBytes': (number);
}
