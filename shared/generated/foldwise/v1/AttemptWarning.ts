// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';

export interface AttemptWarningInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'message'?: (string);
}

export interface AttemptWarning {
  'id': (_foldwise_v1_AttemptId | null);
  'message': (string);
}
