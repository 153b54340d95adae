// Original file: proto/foldwise.proto

import type { LearningRateScheduleInput as _foldwise_v1_LearningRateScheduleInput, LearningRateSchedule as _foldwise_v1_LearningRateSchedule } from '../../foldwise/v1/LearningRateSchedule.ts';

export interface TrainingSettingsInput {
  'epochs'?: (number);
  'batchSize'?: (number);
  'learningRate'?: (number | string);
  'learningRateSchedule'?: (_foldwise_v1_LearningRateScheduleInput);
  'weightDecay'?: (number | string);
  'dropout'?: (number | string);
}

export interface TrainingSettings {
  'epochs': (number);
  'batchSize': (number);
  'learningRate': (number);
  'learningRateSchedule': (_foldwise_v1_LearningRateSchedule);
  'weightDecay': (number);
  'dropout': (number);
}
