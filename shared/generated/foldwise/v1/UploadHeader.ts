// Original file: proto/foldwise.proto

import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from '../../foldwise/v1/AttemptId.ts';
import type { ModelInfoInput as _foldwise_v1_ModelInfoInput, ModelInfo as _foldwise_v1_ModelInfo } from '../../foldwise/v1/ModelInfo.ts';

export interface UploadHeaderInput {
  'run'?: (string);
  'worker'?: (string);
  'id'?: (_foldwise_v1_AttemptIdInput | null);
  'model'?: (_foldwise_v1_ModelInfoInput | null);
  'topology'?: (Buffer | Uint8Array | string);
}

export interface UploadHeader {
  'run': (string);
  'worker': (string);
  'id': (_foldwise_v1_AttemptId | null);
  'model': (_foldwise_v1_ModelInfo | null);
  'topology': (Buffer);
}
