// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { FailureKindInput as _foldwise_v1_FailureKindInput, FailureKind as _foldwise_v1_FailureKind } from '../../foldwise/v1/FailureKind.ts';

export interface AttemptFailedInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'kind'?: (_foldwise_v1_FailureKindInput);
  'message'?: (string);
}

export interface AttemptFailed {
  'id': (_foldwise_v1_AttemptId | null);
  'kind': (_foldwise_v1_FailureKind);
  'message': (string);
}
