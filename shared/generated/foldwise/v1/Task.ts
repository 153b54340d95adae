// Original file: proto/foldwise.proto

export const Task = {
  TASK_UNSPECIFIED: 'TASK_UNSPECIFIED',
  TASK_FOLD: 'TASK_FOLD',
  TASK_TEST: 'TASK_TEST',
  TASK_TRANSFER_PAPER: 'TASK_TRANSFER_PAPER',
  TASK_TRANSFER_FIT: 'TASK_TRANSFER_FIT',
} as const;

export type TaskInput =
  | 'TASK_UNSPECIFIED'
  | 0
  | 'TASK_FOLD'
  | 1
  | 'TASK_TEST'
  | 2
  | 'TASK_TRANSFER_PAPER'
  | 3
  | 'TASK_TRANSFER_FIT'
  | 4

export type Task = typeof Task[keyof typeof Task]
