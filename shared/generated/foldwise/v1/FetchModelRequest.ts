// Original file: proto/foldwise.proto


export interface FetchModelRequestInput {
  'run'?: (string);
  'fold'?: (number);
  'weightsDigest'?: (string);
}

export interface FetchModelRequest {
  'run': (string);
  'fold': (number);
  'weightsDigest': (string);
}
