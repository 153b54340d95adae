import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AttemptFailedInput as _foldwise_v1_AttemptFailedInput, AttemptFailed as _foldwise_v1_AttemptFailed } from './foldwise/v1/AttemptFailed.ts';
import type { AttemptIdInput as _foldwise_v1_AttemptIdInput, AttemptId as _foldwise_v1_AttemptId } from './foldwise/v1/AttemptId.ts';
import type { AttemptWarningInput as _foldwise_v1_AttemptWarningInput, AttemptWarning as _foldwise_v1_AttemptWarning } from './foldwise/v1/AttemptWarning.ts';
import type { CancelAttemptInput as _foldwise_v1_CancelAttemptInput, CancelAttempt as _foldwise_v1_CancelAttempt } from './foldwise/v1/CancelAttempt.ts';
import type { CheckpointInfoInput as _foldwise_v1_CheckpointInfoInput, CheckpointInfo as _foldwise_v1_CheckpointInfo } from './foldwise/v1/CheckpointInfo.ts';
import type { ChunkInput as _foldwise_v1_ChunkInput, Chunk as _foldwise_v1_Chunk } from './foldwise/v1/Chunk.ts';
import type { CoordinatorClient as _foldwise_v1_CoordinatorClient, CoordinatorDefinition as _foldwise_v1_CoordinatorDefinition } from './foldwise/v1/Coordinator.ts';
import type { CoordinatorMessageInput as _foldwise_v1_CoordinatorMessageInput, CoordinatorMessage as _foldwise_v1_CoordinatorMessage } from './foldwise/v1/CoordinatorMessage.ts';
import type { DatasetInfoInput as _foldwise_v1_DatasetInfoInput, DatasetInfo as _foldwise_v1_DatasetInfo } from './foldwise/v1/DatasetInfo.ts';
import type { EnvironmentInput as _foldwise_v1_EnvironmentInput, Environment as _foldwise_v1_Environment } from './foldwise/v1/Environment.ts';
import type { EpochInput as _foldwise_v1_EpochInput, Epoch as _foldwise_v1_Epoch } from './foldwise/v1/Epoch.ts';
import type { EpochReportInput as _foldwise_v1_EpochReportInput, EpochReport as _foldwise_v1_EpochReport } from './foldwise/v1/EpochReport.ts';
import type { EvaluationAssignmentInput as _foldwise_v1_EvaluationAssignmentInput, EvaluationAssignment as _foldwise_v1_EvaluationAssignment } from './foldwise/v1/EvaluationAssignment.ts';
import type { EvaluationResultInput as _foldwise_v1_EvaluationResultInput, EvaluationResult as _foldwise_v1_EvaluationResult } from './foldwise/v1/EvaluationResult.ts';
import type { FetchCheckpointRequestInput as _foldwise_v1_FetchCheckpointRequestInput, FetchCheckpointRequest as _foldwise_v1_FetchCheckpointRequest } from './foldwise/v1/FetchCheckpointRequest.ts';
import type { FetchDatasetRequestInput as _foldwise_v1_FetchDatasetRequestInput, FetchDatasetRequest as _foldwise_v1_FetchDatasetRequest } from './foldwise/v1/FetchDatasetRequest.ts';
import type { FetchModelRequestInput as _foldwise_v1_FetchModelRequestInput, FetchModelRequest as _foldwise_v1_FetchModelRequest } from './foldwise/v1/FetchModelRequest.ts';
import type { FoldAssignmentInput as _foldwise_v1_FoldAssignmentInput, FoldAssignment as _foldwise_v1_FoldAssignment } from './foldwise/v1/FoldAssignment.ts';
import type { FoldResultInput as _foldwise_v1_FoldResultInput, FoldResult as _foldwise_v1_FoldResult } from './foldwise/v1/FoldResult.ts';
import type { HandBackInput as _foldwise_v1_HandBackInput, HandBack as _foldwise_v1_HandBack } from './foldwise/v1/HandBack.ts';
import type { HeartbeatInput as _foldwise_v1_HeartbeatInput, Heartbeat as _foldwise_v1_Heartbeat } from './foldwise/v1/Heartbeat.ts';
import type { HelloInput as _foldwise_v1_HelloInput, Hello as _foldwise_v1_Hello } from './foldwise/v1/Hello.ts';
import type { HoldOutInput as _foldwise_v1_HoldOutInput, HoldOut as _foldwise_v1_HoldOut } from './foldwise/v1/HoldOut.ts';
import type { ImageShapeInput as _foldwise_v1_ImageShapeInput, ImageShape as _foldwise_v1_ImageShape } from './foldwise/v1/ImageShape.ts';
import type { ModelInfoInput as _foldwise_v1_ModelInfoInput, ModelInfo as _foldwise_v1_ModelInfo } from './foldwise/v1/ModelInfo.ts';
import type { ModelUploadInput as _foldwise_v1_ModelUploadInput, ModelUpload as _foldwise_v1_ModelUpload } from './foldwise/v1/ModelUpload.ts';
import type { PartInfoInput as _foldwise_v1_PartInfoInput, PartInfo as _foldwise_v1_PartInfo } from './foldwise/v1/PartInfo.ts';
import type { ReattachmentInput as _foldwise_v1_ReattachmentInput, Reattachment as _foldwise_v1_Reattachment } from './foldwise/v1/Reattachment.ts';
import type { RenewalInput as _foldwise_v1_RenewalInput, Renewal as _foldwise_v1_Renewal } from './foldwise/v1/Renewal.ts';
import type { ResultAcceptedInput as _foldwise_v1_ResultAcceptedInput, ResultAccepted as _foldwise_v1_ResultAccepted } from './foldwise/v1/ResultAccepted.ts';
import type { RunDoneInput as _foldwise_v1_RunDoneInput, RunDone as _foldwise_v1_RunDone } from './foldwise/v1/RunDone.ts';
import type { ScoreInput as _foldwise_v1_ScoreInput, Score as _foldwise_v1_Score } from './foldwise/v1/Score.ts';
import type { TrainingSettingsInput as _foldwise_v1_TrainingSettingsInput, TrainingSettings as _foldwise_v1_TrainingSettings } from './foldwise/v1/TrainingSettings.ts';
import type { UploadHeaderInput as _foldwise_v1_UploadHeaderInput, UploadHeader as _foldwise_v1_UploadHeader } from './foldwise/v1/UploadHeader.ts';
import type { UploadReplyInput as _foldwise_v1_UploadReplyInput, UploadReply as _foldwise_v1_UploadReply } from './foldwise/v1/UploadReply.ts';
import type { UploadRequestInput as _foldwise_v1_UploadRequestInput, UploadRequest as _foldwise_v1_UploadRequest } from './foldwise/v1/UploadRequest.ts';
import type { WelcomeInput as _foldwise_v1_WelcomeInput, Welcome as _foldwise_v1_Welcome } from './foldwise/v1/Welcome.ts';
import type { WorkerMessageInput as _foldwise_v1_WorkerMessageInput, WorkerMessage as _foldwise_v1_WorkerMessage } from './foldwise/v1/WorkerMessage.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  foldwise: {
    v1: {
      AttemptFailed: MessageTypeDefinition<_foldwise_v1_AttemptFailedInput, _foldwise_v1_AttemptFailed>
      AttemptId: MessageTypeDefinition<_foldwise_v1_AttemptIdInput, _foldwise_v1_AttemptId>
      AttemptWarning: MessageTypeDefinition<_foldwise_v1_AttemptWarningInput, _foldwise_v1_AttemptWarning>
      CancelAttempt: MessageTypeDefinition<_foldwise_v1_CancelAttemptInput, _foldwise_v1_CancelAttempt>
      CheckpointInfo: MessageTypeDefinition<_foldwise_v1_CheckpointInfoInput, _foldwise_v1_CheckpointInfo>
      Chunk: MessageTypeDefinition<_foldwise_v1_ChunkInput, _foldwise_v1_Chunk>
      Coordinator: SubtypeConstructor<typeof grpc.Client, _foldwise_v1_CoordinatorClient> & { service: _foldwise_v1_CoordinatorDefinition }
      CoordinatorMessage: MessageTypeDefinition<_foldwise_v1_CoordinatorMessageInput, _foldwise_v1_CoordinatorMessage>
      DatasetInfo: MessageTypeDefinition<_foldwise_v1_DatasetInfoInput, _foldwise_v1_DatasetInfo>
      DatasetPart: EnumTypeDefinition
      Environment: MessageTypeDefinition<_foldwise_v1_EnvironmentInput, _foldwise_v1_Environment>
      Epoch: MessageTypeDefinition<_foldwise_v1_EpochInput, _foldwise_v1_Epoch>
      EpochReport: MessageTypeDefinition<_foldwise_v1_EpochReportInput, _foldwise_v1_EpochReport>
      EvaluationAssignment: MessageTypeDefinition<_foldwise_v1_EvaluationAssignmentInput, _foldwise_v1_EvaluationAssignment>
      EvaluationResult: MessageTypeDefinition<_foldwise_v1_EvaluationResultInput, _foldwise_v1_EvaluationResult>
      FailureKind: EnumTypeDefinition
      FetchCheckpointRequest: MessageTypeDefinition<_foldwise_v1_FetchCheckpointRequestInput, _foldwise_v1_FetchCheckpointRequest>
      FetchDatasetRequest: MessageTypeDefinition<_foldwise_v1_FetchDatasetRequestInput, _foldwise_v1_FetchDatasetRequest>
      FetchModelRequest: MessageTypeDefinition<_foldwise_v1_FetchModelRequestInput, _foldwise_v1_FetchModelRequest>
      FoldAssignment: MessageTypeDefinition<_foldwise_v1_FoldAssignmentInput, _foldwise_v1_FoldAssignment>
      FoldResult: MessageTypeDefinition<_foldwise_v1_FoldResultInput, _foldwise_v1_FoldResult>
      HandBack: MessageTypeDefinition<_foldwise_v1_HandBackInput, _foldwise_v1_HandBack>
      Heartbeat: MessageTypeDefinition<_foldwise_v1_HeartbeatInput, _foldwise_v1_Heartbeat>
      Hello: MessageTypeDefinition<_foldwise_v1_HelloInput, _foldwise_v1_Hello>
      HoldOut: MessageTypeDefinition<_foldwise_v1_HoldOutInput, _foldwise_v1_HoldOut>
      ImageShape: MessageTypeDefinition<_foldwise_v1_ImageShapeInput, _foldwise_v1_ImageShape>
      LearningRateSchedule: EnumTypeDefinition
      ModelInfo: MessageTypeDefinition<_foldwise_v1_ModelInfoInput, _foldwise_v1_ModelInfo>
      ModelUpload: MessageTypeDefinition<_foldwise_v1_ModelUploadInput, _foldwise_v1_ModelUpload>
      PartInfo: MessageTypeDefinition<_foldwise_v1_PartInfoInput, _foldwise_v1_PartInfo>
      Reattachment: MessageTypeDefinition<_foldwise_v1_ReattachmentInput, _foldwise_v1_Reattachment>
      Renewal: MessageTypeDefinition<_foldwise_v1_RenewalInput, _foldwise_v1_Renewal>
      ResultAccepted: MessageTypeDefinition<_foldwise_v1_ResultAcceptedInput, _foldwise_v1_ResultAccepted>
      RunDone: MessageTypeDefinition<_foldwise_v1_RunDoneInput, _foldwise_v1_RunDone>
      Score: MessageTypeDefinition<_foldwise_v1_ScoreInput, _foldwise_v1_Score>
      StepKind: EnumTypeDefinition
      Task: EnumTypeDefinition
      TrainingSettings: MessageTypeDefinition<_foldwise_v1_TrainingSettingsInput, _foldwise_v1_TrainingSettings>
      UploadHeader: MessageTypeDefinition<_foldwise_v1_UploadHeaderInput, _foldwise_v1_UploadHeader>
      UploadReply: MessageTypeDefinition<_foldwise_v1_UploadReplyInput, _foldwise_v1_UploadReply>
      UploadRequest: MessageTypeDefinition<_foldwise_v1_UploadRequestInput, _foldwise_v1_UploadRequest>
      Verdict: EnumTypeDefinition
      Welcome: MessageTypeDefinition<_foldwise_v1_WelcomeInput, _foldwise_v1_Welcome>
      WorkerMessage: MessageTypeDefinition<_foldwise_v1_WorkerMessageInput, _foldwise_v1_WorkerMessage>
    }
  }
}

