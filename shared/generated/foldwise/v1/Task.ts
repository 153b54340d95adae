// Original file: proto/foldwise.proto

export const Task = {
  TASK_UNSPECIFIED: 'TASK_UNSPECIFIED',
  TASK_FOLD: 'TASK_FOLD',
  TASK_EVALUATION: 'TASK_EVALUATION',
} as const;

export type TaskInput =
  | 'TASK_UNSPECIFIED'
  | 0
  | 'TASK_FOLD'
  | 1
  | 'TASK_EVALUATION'
  | 2

export type Task = typeof Task[keyof typeof Task]
