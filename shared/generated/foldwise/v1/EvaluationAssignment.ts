// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { DatasetInfoInput as _foldwise_v1_DatasetInfoInput, DatasetInfo as _foldwise_v1_DatasetInfo } from '../../foldwise/v1/DatasetInfo.ts';
import type { ModelInfoInput as _foldwise_v1_ModelInfoInput, ModelInfo as _foldwise_v1_ModelInfo } from '../../foldwise/v1/ModelInfo.ts';
import type { StepKindInput as _foldwise_v1_StepKindInput, StepKind as _foldwise_v1_StepKind } from '../../foldwise/v1/StepKind.ts';
import type { PartInfoInput as _foldwise_v1_PartInfoInput, PartInfo as _foldwise_v1_PartInfo } from '../../foldwise/v1/PartInfo.ts';

export interface EvaluationAssignmentInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'dataset'?: (_foldwise_v1_DatasetInfoInput | null);
  'model'?: (_foldwise_v1_ModelInfoInput | null);
  'threads'?: (number);
  'step'?: (_foldwise_v1_StepKindInput);
  'images'?: (_foldwise_v1_PartInfoInput | null);
  'xla'?: (boolean);
  '_xla'?: "xla";
}

export interface EvaluationAssignment {
  'id': (_foldwise_v1_AttemptId | null);
  'dataset': (_foldwise_v1_DatasetInfo | null);
  'model': (_foldwise_v1_ModelInfo | null);
  'threads': (number);
  'step': (_foldwise_v1_StepKind);
  'images': (_foldwise_v1_PartInfo | null);
  'xla'?: (boolean);
  '_xla'?: "xla";
}
