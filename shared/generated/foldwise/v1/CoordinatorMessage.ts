// Original file: proto/foldwise.proto

import type { WelcomeInput as _foldwise_v1_WelcomeInput, Welcome as _foldwise_v1_Welcome } from '../../foldwise/v1/Welcome.ts';
import type { FoldAssignmentInput as _foldwise_v1_FoldAssignmentInput, FoldAssignment as _foldwise_v1_FoldAssignment } from '../../foldwise/v1/FoldAssignment.ts';
import type { EvaluationAssignmentInput as _foldwise_v1_EvaluationAssignmentInput, EvaluationAssignment as _foldwise_v1_EvaluationAssignment } from '../../foldwise/v1/EvaluationAssignment.ts';
import type { CancelAttemptInput as _foldwise_v1_CancelAttemptInput, CancelAttempt as _foldwise_v1_CancelAttempt } from '../../foldwise/v1/CancelAttempt.ts';
import type { ResultAcceptedInput as _foldwise_v1_ResultAcceptedInput, ResultAccepted as _foldwise_v1_ResultAccepted } from '../../foldwise/v1/ResultAccepted.ts';
import type { RunDoneInput as _foldwise_v1_RunDoneInput, RunDone as _foldwise_v1_RunDone } from '../../foldwise/v1/RunDone.ts';
import type { RenewalInput as _foldwise_v1_RenewalInput, Renewal as _foldwise_v1_Renewal } from '../../foldwise/v1/Renewal.ts';

export interface CoordinatorMessageInput {
  'welcome'?: (_foldwise_v1_WelcomeInput | null);
  'fold'?: (_foldwise_v1_FoldAssignmentInput | null);
  'evaluation'?: (_foldwise_v1_EvaluationAssignmentInput | null);
  'cancel'?: (_foldwise_v1_CancelAttemptInput | null);
  'accepted'?: (_foldwise_v1_ResultAcceptedInput | null);
  'done'?: (_foldwise_v1_RunDoneInput | null);
  'renewal'?: (_foldwise_v1_RenewalInput | null);
  'body'?: "welcome"|"fold"|"evaluation"|"cancel"|"accepted"|"done"|"renewal";
}

export interface CoordinatorMessage {
  'welcome'?: (_foldwise_v1_Welcome | null);
  'fold'?: (_foldwise_v1_FoldAssignment | null);
  'evaluation'?: (_foldwise_v1_EvaluationAssignment | null);
  'cancel'?: (_foldwise_v1_CancelAttempt | null);
  'accepted'?: (_foldwise_v1_ResultAccepted | null);
  'done'?: (_foldwise_v1_RunDone | null);
  'renewal'?: (_foldwise_v1_Renewal | null);
  'body'?: "welcome"|"fold"|"evaluation"|"cancel"|"accepted"|"done"|"renewal";
}
