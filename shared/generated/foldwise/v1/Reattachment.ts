// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';

export interface ReattachmentInput {
  'run'?: (string);
  'worker'?: (string);
  'ticket'?: (string);
  'attempt'?: (_foldwise_v1_AttemptIdInput | null);
}

export interface Reattachment {
  'run': (string);
  'worker': (string);
  'ticket': (string);
  'attempt': (_foldwise_v1_AttemptId | null);
}
