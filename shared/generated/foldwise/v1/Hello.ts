// Original file: proto/foldwise.proto

import type { ReattachmentInput as _foldwise_v1_ReattachmentInput, Reattachment as _foldwise_v1_Reattachment } from '../../foldwise/v1/Reattachment.ts';

export interface HelloInput {
  'protocol'?: (number);
  'foldwise'?: (string);
  'host'?: (string);
  'pid'?: (number);
  'engine'?: (string);
  'cores'?: (number);
  'reattachment'?: (_foldwise_v1_ReattachmentInput | null);
}

export interface Hello {
  'protocol': (number);
  'foldwise': (string);
  'host': (string);
  'pid': (number);
  'engine': (string);
  'cores': (number);
  'reattachment': (_foldwise_v1_Reattachment | null);
}
