// Original file: proto/foldwise.proto


export interface ScoreInput {
  'loss'?: (number | string);
  'accuracy'?: (number | string);
  'confusion'?: (number)[];
}

export interface Score {
  'loss': (number);
  'accuracy': (number);
  'confusion': (number)[];
}
