// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';

export interface ResultAcceptedInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
}

export interface ResultAccepted {
  'id': (_foldwise_v1_AttemptId | null);
}
