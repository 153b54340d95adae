// Original file: proto/foldwise.proto

export const DatasetPart = {
  DATASET_PART_UNSPECIFIED: 'DATASET_PART_UNSPECIFIED',
  DATASET_PART_TRAIN: 'DATASET_PART_TRAIN',
  DATASET_PART_TEST: 'DATASET_PART_TEST',
} as const;

export type DatasetPartInput =
  | 'DATASET_PART_UNSPECIFIED'
  | 0
  | 'DATASET_PART_TRAIN'
  | 1
  | 'DATASET_PART_TEST'
  | 2

export type DatasetPart = typeof DatasetPart[keyof typeof DatasetPart]
