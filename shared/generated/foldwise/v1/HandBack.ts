// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';

export interface HandBackInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'reason'?: (string);
}

export interface HandBack {
  'id': (_foldwise_v1_AttemptId | null);
  'reason': (string);
}
