// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { EpochInput as _foldwise_v1_EpochInput, Epoch as _foldwise_v1_Epoch } from '../../foldwise/v1/Epoch.ts';
import type { ScoreInput as _foldwise_v1_ScoreInput, Score as _foldwise_v1_Score } from '../../foldwise/v1/Score.ts';
import type { ModelInfoInput as _foldwise_v1_ModelInfoInput, ModelInfo as _foldwise_v1_ModelInfo } from '../../foldwise/v1/ModelInfo.ts';
import type { EnvironmentInput as _foldwise_v1_EnvironmentInput, Environment as _foldwise_v1_Environment } from '../../foldwise/v1/Environment.ts';

export interface FoldResultInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'trainSize'?: (number);
  'validationSize'?: (number);
  'fitSeconds'?: (number | string);
  'scoreSeconds'?: (number | string);
  'epochs'?: (_foldwise_v1_EpochInput)[];
  'validation'?: (_foldwise_v1_ScoreInput | null);
  'model'?: (_foldwise_v1_ModelInfoInput | null);
  'environment'?: (_foldwise_v1_EnvironmentInput | null);
}

export interface FoldResult {
  'id': (_foldwise_v1_AttemptId | null);
  'trainSize': (number);
  'validationSize': (number);
  'fitSeconds': (number);
  'scoreSeconds': (number);
  'epochs': (_foldwise_v1_Epoch)[];
  'validation': (_foldwise_v1_Score | null);
  'model': (_foldwise_v1_ModelInfo | null);
  'environment': (_foldwise_v1_Environment | null);
}
