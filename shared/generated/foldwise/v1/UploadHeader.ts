// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { ModelUploadInput as _foldwise_v1_ModelUploadInput, ModelUpload as _foldwise_v1_ModelUpload } from '../../foldwise/v1/ModelUpload.ts';
import type { CheckpointInfoInput as _foldwise_v1_CheckpointInfoInput, CheckpointInfo as _foldwise_v1_CheckpointInfo } from '../../foldwise/v1/CheckpointInfo.ts';

export interface UploadHeaderInput {
  'run'?: (string);
  'worker'?: (string);
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'model'?: (_foldwise_v1_ModelUploadInput | null);
  'checkpoint'?: (_foldwise_v1_CheckpointInfoInput | null);
  'content'?: "model"|"checkpoint";
}

export interface UploadHeader {
  'run': (string);
  'worker': (string);
  'id': (_foldwise_v1_AttemptId | null);
  'model'?: (_foldwise_v1_ModelUpload | null);
  'checkpoint'?: (_foldwise_v1_CheckpointInfo | null);
  'content'?: "model"|"checkpoint";
}
