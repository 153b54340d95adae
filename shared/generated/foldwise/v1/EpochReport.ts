// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { EpochInput as _foldwise_v1_EpochInput, Epoch as _foldwise_v1_Epoch } from '../../foldwise/v1/Epoch.ts';

export interface EpochReportInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'epoch'?: (_foldwise_v1_EpochInput | null);
}

export interface EpochReport {
  'id': (_foldwise_v1_AttemptId | null);
  'epoch': (_foldwise_v1_Epoch | null);
}
