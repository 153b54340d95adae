// Original file: proto/foldwise.proto

export const FailureKind = {
  FAILURE_KIND_UNSPECIFIED: 'FAILURE_KIND_UNSPECIFIED',
  FAILURE_KIND_TRAINING: 'FAILURE_KIND_TRAINING',
  FAILURE_KIND_INFRASTRUCTURE: 'FAILURE_KIND_INFRASTRUCTURE',
} as const;

export type FailureKindInput =
  | 'FAILURE_KIND_UNSPECIFIED'
  | 0
  | 'FAILURE_KIND_TRAINING'
  | 1
  | 'FAILURE_KIND_INFRASTRUCTURE'
  | 2

export type FailureKind = typeof FailureKind[keyof typeof FailureKind]
