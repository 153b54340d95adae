// Original file: proto/foldwise.proto

import type { StepKindInput as _foldwise_v1_StepKindInput, StepKind as _foldwise_v1_StepKind } from '../../foldwise/v1/StepKind.ts';

export interface EnvironmentInput {
  'host'?: (string);
  'foldwise'?: (string);
  'node'?: (string);
  'engine'?: (string);
  'tensorflow'?: (string);
  'device'?: (string);
  'processor'?: (string);
  'processorFeatures'?: (string)[];
  'threads'?: (number);
  'step'?: (_foldwise_v1_StepKindInput);
  'xla'?: (boolean);
  '_xla'?: "xla";
}

export interface Environment {
  'host': (string);
  'foldwise': (string);
  'node': (string);
  'engine': (string);
  'tensorflow': (string);
  'device': (string);
  'processor': (string);
  'processorFeatures': (string)[];
  'threads': (number);
  'step': (_foldwise_v1_StepKind);
  'xla'?: (boolean);
  '_xla'?: "xla";
}
