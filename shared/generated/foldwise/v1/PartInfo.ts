// Original file: proto/foldwise.proto


export interface PartInfoInput {
  'count'?: (number);
  'digest'?: (string);
}

export interface PartInfo {
  'count': (number);
  'digest': (string);
}
