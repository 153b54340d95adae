// Original file: proto/foldwise.proto

export const Verdict = {
  VERDICT_UNSPECIFIED: 'VERDICT_UNSPECIFIED',
  VERDICT_CONTINUE: 'VERDICT_CONTINUE',
  VERDICT_CANCEL: 'VERDICT_CANCEL',
  VERDICT_LOST: 'VERDICT_LOST',
} as const;

export type VerdictInput =
  | 'VERDICT_UNSPECIFIED'
  | 0
  | 'VERDICT_CONTINUE'
  | 1
  | 'VERDICT_CANCEL'
  | 2
  | 'VERDICT_LOST'
  | 3

export type Verdict = typeof Verdict[keyof typeof Verdict]
