// Original file: proto/foldwise.proto


export interface WelcomeInput {
  'run'?: (string);
  'worker'?: (string);
  'heartbeatMs'?: (number);
  'leaseMs'?: (number);
  'ticket'?: (string);
}

export interface Welcome {
  'run': (string);
  'worker': (string);
  'heartbeatMs': (number);
  'leaseMs': (number);
  'ticket': (string);
}
