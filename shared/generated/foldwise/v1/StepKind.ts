// Original file: proto/foldwise.proto

export const StepKind = {
  STEP_KIND_UNSPECIFIED: 'STEP_KIND_UNSPECIFIED',
  STEP_KIND_EAGER: 'STEP_KIND_EAGER',
  STEP_KIND_COMPILED: 'STEP_KIND_COMPILED',
} as const;

export type StepKindInput =
  | 'STEP_KIND_UNSPECIFIED'
  | 0
  | 'STEP_KIND_EAGER'
  | 1
  | 'STEP_KIND_COMPILED'
  | 2

export type StepKind = typeof StepKind[keyof typeof StepKind]
