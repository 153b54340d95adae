// Original file: proto/foldwise.proto

import type { HelloInput as _foldwise_v1_HelloInput, Hello as _foldwise_v1_Hello } from '../../foldwise/v1/Hello.ts';
import type { HeartbeatInput as _foldwise_v1_HeartbeatInput, Heartbeat as _foldwise_v1_Heartbeat } from '../../foldwise/v1/Heartbeat.ts';
import type { EpochReportInput as _foldwise_v1_EpochReportInput, EpochReport as _foldwise_v1_EpochReport } from '../../foldwise/v1/EpochReport.ts';
import type { FoldResultInput as _foldwise_v1_FoldResultInput, FoldResult as _foldwise_v1_FoldResult } from '../../foldwise/v1/FoldResult.ts';
import type { EvaluationResultInput as _foldwise_v1_EvaluationResultInput, EvaluationResult as _foldwise_v1_EvaluationResult } from '../../foldwise/v1/EvaluationResult.ts';
import type { AttemptFailedInput as _foldwise_v1_AttemptFailedInput, AttemptFailed as _foldwise_v1_AttemptFailed } from '../../foldwise/v1/AttemptFailed.ts';
import type { AttemptWarningInput as _foldwise_v1_AttemptWarningInput, AttemptWarning as _foldwise_v1_AttemptWarning } from '../../foldwise/v1/AttemptWarning.ts';
import type { HandBackInput as _foldwise_v1_HandBackInput, HandBack as _foldwise_v1_HandBack } from '../../foldwise/v1/HandBack.ts';

export interface WorkerMessageInput {
  'hello'?: (_foldwise_v1_HelloInput | null);
  'heartbeat'?: (_foldwise_v1_HeartbeatInput | null);
  'epoch'?: (_foldwise_v1_EpochReportInput | null);
  'foldResult'?: (_foldwise_v1_FoldResultInput | null);
  'evaluationResult'?: (_foldwise_v1_EvaluationResultInput | null);
  'failed'?: (_foldwise_v1_AttemptFailedInput | null);
  'warning'?: (_foldwise_v1_AttemptWarningInput | null);
  'handBack'?: (_foldwise_v1_HandBackInput | null);
  'body'?: "hello"|"heartbeat"|"epoch"|"foldResult"|"evaluationResult"|"failed"|"warning"|"handBack";
}

export interface WorkerMessage {
  'hello'?: (_foldwise_v1_Hello | null);
  'heartbeat'?: (_foldwise_v1_Heartbeat | null);
  'epoch'?: (_foldwise_v1_EpochReport | null);
  'foldResult'?: (_foldwise_v1_FoldResult | null);
  'evaluationResult'?: (_foldwise_v1_EvaluationResult | null);
  'failed'?: (_foldwise_v1_AttemptFailed | null);
  'warning'?: (_foldwise_v1_AttemptWarning | null);
  'handBack'?: (_foldwise_v1_HandBack | null);
  'body'?: "hello"|"heartbeat"|"epoch"|"foldResult"|"evaluationResult"|"failed"|"warning"|"handBack";
}
