// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { DatasetInfoInput as _foldwise_v1_DatasetInfoInput, DatasetInfo as _foldwise_v1_DatasetInfo } from '../../foldwise/v1/DatasetInfo.ts';
import type { TrainingSettingsInput as _foldwise_v1_TrainingSettingsInput, TrainingSettings as _foldwise_v1_TrainingSettings } from '../../foldwise/v1/TrainingSettings.ts';
import type { StepKindInput as _foldwise_v1_StepKindInput, StepKind as _foldwise_v1_StepKind } from '../../foldwise/v1/StepKind.ts';
import type { CheckpointInfoInput as _foldwise_v1_CheckpointInfoInput, CheckpointInfo as _foldwise_v1_CheckpointInfo } from '../../foldwise/v1/CheckpointInfo.ts';
import type { Long } from '@grpc/proto-loader';

export interface FoldAssignmentInput {
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'seed'?: (number | string | Long);
  'dataset'?: (_foldwise_v1_DatasetInfoInput | null);
  'validation'?: (number)[];
  'training'?: (_foldwise_v1_TrainingSettingsInput | null);
  'threads'?: (number);
  'step'?: (_foldwise_v1_StepKindInput);
  'architecture'?: (string);
  'xla'?: (boolean);
  'checkpointEpochs'?: (number);
  'checkpoint'?: (_foldwise_v1_CheckpointInfoInput | null);
  '_architecture'?: "architecture";
  '_xla'?: "xla";
}

export interface FoldAssignment {
  'id': (_foldwise_v1_AttemptId | null);
  'seed': (number);
  'dataset': (_foldwise_v1_DatasetInfo | null);
  'validation': (number)[];
  'training': (_foldwise_v1_TrainingSettings | null);
  'threads': (number);
  'step': (_foldwise_v1_StepKind);
  'architecture'?: (string);
  'xla'?: (boolean);
  'checkpointEpochs': (number);
  'checkpoint': (_foldwise_v1_CheckpointInfo | null);
  '_architecture'?: "architecture";
  '_xla'?: "xla";
}
