// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';

export interface HeartbeatInput {
  'number'?: (number);
  'attempt'?: (_foldwise_v1_AttemptIdInput | null);
  'epoch'?: (number);
  'checkpointEpoch'?: (number);
}

export interface Heartbeat {
  'number': (number);
  'attempt': (_foldwise_v1_AttemptId | null);
  'epoch': (number);
  'checkpointEpoch': (number);
}
