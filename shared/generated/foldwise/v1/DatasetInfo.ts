// Original file: proto/foldwise.proto

import type { ImageShapeInput as _foldwise_v1_ImageShapeInput, ImageShape as _foldwise_v1_ImageShape } from '../../foldwise/v1/ImageShape.ts';
import type { PartInfoInput as _foldwise_v1_PartInfoInput, PartInfo as _foldwise_v1_PartInfo } from '../../foldwise/v1/PartInfo.ts';
import type { HoldOutInput as _foldwise_v1_HoldOutInput, HoldOut as _foldwise_v1_HoldOut } from '../../foldwise/v1/HoldOut.ts';

export interface DatasetInfoInput {
  'name'?: (string);
  'synthetic'?: (boolean);
  'classes'?: (string)[];
  'image'?: (_foldwise_v1_ImageShapeInput | null);
  'train'?: (_foldwise_v1_PartInfoInput | null);
  'test'?: (_foldwise_v1_PartInfoInput | null);
  'limit'?: (number);
  'digest'?: (string);
  'holdOut'?: (_foldwise_v1_HoldOutInput | null);
}

export interface DatasetInfo {
  'name': (string);
  'synthetic': (boolean);
  'classes': (string)[];
  'image': (_foldwise_v1_ImageShape | null);
  'train': (_foldwise_v1_PartInfo | null);
  'test': (_foldwise_v1_PartInfo | null);
  'limit': (number);
  'digest': (string);
  'holdOut': (_foldwise_v1_HoldOut | null);
}
