// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { DatasetInfoInput as _foldwise_v1_DatasetInfoInput, DatasetInfo as _foldwise_v1_DatasetInfo } from '../../foldwise/v1/DatasetInfo.ts';
import type { ModelInfoInput as _foldwise_v1_ModelInfoInput, ModelInfo as _foldwise_v1_ModelInfo } from '../../foldwise/v1/ModelInfo.ts';
import type { StepKindInput as _foldwise_v1_StepKindInput, StepKind as _foldwise_v1_StepKind } from '../../foldwise/v1/StepKind.ts';

export interface EvaluationAssignmentInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'dataset'?: (_foldwise_v1_DatasetInfoInput | null);
  'model'?: (_foldwise_v1_ModelInfoInput | null);
  'batchSize'?: (number);
  'threads'?: (number);
  'step'?: (_foldwise_v1_StepKindInput);
}

export interface EvaluationAssignment {
  'id': (_foldwise_v1_AttemptId | null);
  'dataset': (_foldwise_v1_DatasetInfo | null);
  'model': (_foldwise_v1_ModelInfo | null);
  'batchSize': (number);
  'threads': (number);
  'step': (_foldwise_v1_StepKind);
}
