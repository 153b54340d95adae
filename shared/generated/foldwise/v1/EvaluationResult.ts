// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { ScoreInput as _foldwise_v1_ScoreInput, Score as _foldwise_v1_Score } from '../../foldwise/v1/Score.ts';
import type { EnvironmentInput as _foldwise_v1_EnvironmentInput, Environment as _foldwise_v1_Environment } from '../../foldwise/v1/Environment.ts';

export interface EvaluationResultInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'seconds'?: (number | string);
  'score'?: (_foldwise_v1_ScoreInput | null);
  'environment'?: (_foldwise_v1_EnvironmentInput | null);
  'predicted'?: (Buffer | Uint8Array | string);
}

export interface EvaluationResult {
  'id': (_foldwise_v1_AttemptId | null);
  'seconds': (number);
  'score': (_foldwise_v1_Score | null);
  'environment': (_foldwise_v1_Environment | null);
  'predicted': (Buffer);
}
