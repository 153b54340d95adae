// Original file: proto/foldwise.proto

import type { TaskInput as _foldwise_v1_TaskInput, Task as _foldwise_v1_Task } from '../../foldwise/v1/Task.ts';

export interface AttemptIdInput {
  'task'?: (_foldwise_v1_TaskInput);
  'fold'?: (number);
  'attempt'?: (number);
}

export interface AttemptId {
  'task': (_foldwise_v1_Task);
  'fold': (number);
  'attempt': (number);
}
