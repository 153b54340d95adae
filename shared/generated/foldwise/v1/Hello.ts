// Original file: proto/foldwise.proto


export interface HelloInput {
  'protocol'?: (number);
  'foldwise'?: (string);
  'host'?: (string);
  'pid'?: (number);
  'engine'?: (string);
  'cores'?: (number);
}

export interface Hello {
  'protocol': (number);
  'foldwise': (string);
  'host': (string);
  'pid': (number);
  'engine': (string);
  'cores': (number);
}
