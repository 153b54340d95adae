// Original file: proto/foldwise.proto

import type { ModelInfoInput as _foldwise_v1_ModelInfoInput, ModelInfo as _foldwise_v1_ModelInfo } from '../../foldwise/v1/ModelInfo.ts';

export interface ModelUploadInput {
  'info'?: (_foldwise_v1_ModelInfoInput | null);
  'topology'?: (Buffer | Uint8Array | string);
}

export interface ModelUpload {
  'info': (_foldwise_v1_ModelInfo | null);
  'topology': (Buffer);
}
