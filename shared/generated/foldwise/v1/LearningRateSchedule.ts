// Original file: proto/foldwise.proto

export const LearningRateSchedule = {
  LEARNING_RATE_SCHEDULE_UNSPECIFIED: 'LEARNING_RATE_SCHEDULE_UNSPECIFIED',
  LEARNING_RATE_SCHEDULE_CONSTANT: 'LEARNING_RATE_SCHEDULE_CONSTANT',
  LEARNING_RATE_SCHEDULE_COSINE: 'LEARNING_RATE_SCHEDULE_COSINE',
} as const;

export type LearningRateScheduleInput =
  | 'LEARNING_RATE_SCHEDULE_UNSPECIFIED'
  | 0
  | 'LEARNING_RATE_SCHEDULE_CONSTANT'
  | 1
  | 'LEARNING_RATE_SCHEDULE_COSINE'
  | 2

export type LearningRateSchedule = typeof LearningRateSchedule[keyof typeof LearningRateSchedule]
