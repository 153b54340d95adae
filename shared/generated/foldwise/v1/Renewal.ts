// Original file: proto/foldwise.proto

import type { VerdictInput as _foldwise_v1_VerdictInput, Verdict as _foldwise_v1_Verdict } from '../../foldwise/v1/Verdict.ts';

export interface RenewalInput {
  'number'?: (number);
  'verdict'?: (_foldwise_v1_VerdictInput);
}

export interface Renewal {
  'number': (number);
  'verdict': (_foldwise_v1_Verdict);
}
