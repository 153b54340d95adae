// Original file: proto/foldwise.proto


export interface EpochInput {
  'epoch'?: (number);
  'trainLoss'?: (number | string);
  'trainAccuracy'?: (number | string);
  'validationLoss'?: (number | string);
  'validationAccuracy'?: (number | string);
  'seconds'?: (number | string);
}

export interface Epoch {
  'epoch': (number);
  'trainLoss': (number);
  'trainAccuracy': (number);
  'validationLoss': (number);
  'validationAccuracy': (number);
  'seconds': (number);
}
