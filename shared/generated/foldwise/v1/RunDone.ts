// Original file: proto/foldwise.proto


export interface RunDoneInput {
  'succeeded'?: (boolean);
  'reason'?: (string);
}

export interface RunDone {
  'succeeded': (boolean);
  'reason': (string);
}
