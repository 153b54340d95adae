// Original file: proto/foldwise.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ChunkInput as _foldwise_v1_ChunkInput, Chunk as _foldwise_v1_Chunk } from '../../foldwise/v1/Chunk.ts';
import type { CoordinatorMessageInput as _foldwise_v1_CoordinatorMessageInput, CoordinatorMessage as _foldwise_v1_CoordinatorMessage } from '../../foldwise/v1/CoordinatorMessage.ts';
import type { FetchCheckpointRequestInput as _foldwise_v1_FetchCheckpointRequestInput, FetchCheckpointRequest as _foldwise_v1_FetchCheckpointRequest } from '../../foldwise/v1/FetchCheckpointRequest.ts';
import type { FetchDatasetRequestInput as _foldwise_v1_FetchDatasetRequestInput, FetchDatasetRequest as _foldwise_v1_FetchDatasetRequest } from '../../foldwise/v1/FetchDatasetRequest.ts';
import type { FetchModelRequestInput as _foldwise_v1_FetchModelRequestInput, FetchModelRequest as _foldwise_v1_FetchModelRequest } from '../../foldwise/v1/FetchModelRequest.ts';
import type { UploadHeaderInput as _foldwise_v1_UploadHeaderInput, UploadHeader as _foldwise_v1_UploadHeader } from '../../foldwise/v1/UploadHeader.ts';
import type { UploadReplyInput as _foldwise_v1_UploadReplyInput, UploadReply as _foldwise_v1_UploadReply } from '../../foldwise/v1/UploadReply.ts';
import type { UploadRequestInput as _foldwise_v1_UploadRequestInput, UploadRequest as _foldwise_v1_UploadRequest } from '../../foldwise/v1/UploadRequest.ts';
import type { WorkerMessageInput as _foldwise_v1_WorkerMessageInput, WorkerMessage as _foldwise_v1_WorkerMessage } from '../../foldwise/v1/WorkerMessage.ts';

export interface CoordinatorClient extends grpc.Client {
  FetchCheckpoint(argument: _foldwise_v1_FetchCheckpointRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  FetchCheckpoint(argument: _foldwise_v1_FetchCheckpointRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchCheckpoint(argument: _foldwise_v1_FetchCheckpointRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchCheckpoint(argument: _foldwise_v1_FetchCheckpointRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  
  FetchDataset(argument: _foldwise_v1_FetchDatasetRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  FetchDataset(argument: _foldwise_v1_FetchDatasetRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchDataset(argument: _foldwise_v1_FetchDatasetRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchDataset(argument: _foldwise_v1_FetchDatasetRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  
  FetchModel(argument: _foldwise_v1_FetchModelRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  FetchModel(argument: _foldwise_v1_FetchModelRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchModel(argument: _foldwise_v1_FetchModelRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchModel(argument: _foldwise_v1_FetchModelRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  
  FindUpload(argument: _foldwise_v1_UploadHeaderInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientUnaryCall;
  FindUpload(argument: _foldwise_v1_UploadHeaderInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientUnaryCall;
  FindUpload(argument: _foldwise_v1_UploadHeaderInput, options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientUnaryCall;
  FindUpload(argument: _foldwise_v1_UploadHeaderInput, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientUnaryCall;
  findUpload(argument: _foldwise_v1_UploadHeaderInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientUnaryCall;
  findUpload(argument: _foldwise_v1_UploadHeaderInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientUnaryCall;
  findUpload(argument: _foldwise_v1_UploadHeaderInput, options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientUnaryCall;
  findUpload(argument: _foldwise_v1_UploadHeaderInput, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientUnaryCall;
  
  Session(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessage>;
  Session(options?: grpc.CallOptions): grpc.ClientDuplexStream<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessage>;
  session(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessage>;
  session(options?: grpc.CallOptions): grpc.ClientDuplexStream<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessage>;
  
  Upload(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientWritableStream<_foldwise_v1_UploadRequestInput>;
  Upload(metadata: grpc.Metadata, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientWritableStream<_foldwise_v1_UploadRequestInput>;
  Upload(options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientWritableStream<_foldwise_v1_UploadRequestInput>;
  Upload(callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientWritableStream<_foldwise_v1_UploadRequestInput>;
  upload(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientWritableStream<_foldwise_v1_UploadRequestInput>;
  upload(metadata: grpc.Metadata, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientWritableStream<_foldwise_v1_UploadRequestInput>;
  upload(options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientWritableStream<_foldwise_v1_UploadRequestInput>;
  upload(callback: grpc.requestCallback<_foldwise_v1_UploadReply>): grpc.ClientWritableStream<_foldwise_v1_UploadRequestInput>;
  
}

export interface CoordinatorHandlers extends grpc.UntypedServiceImplementation {
  FetchCheckpoint: grpc.handleServerStreamingCall<_foldwise_v1_FetchCheckpointRequest, _foldwise_v1_ChunkInput>;
  
  FetchDataset: grpc.handleServerStreamingCall<_foldwise_v1_FetchDatasetRequest, _foldwise_v1_ChunkInput>;
  
  FetchModel: grpc.handleServerStreamingCall<_foldwise_v1_FetchModelRequest, _foldwise_v1_ChunkInput>;
  
  FindUpload: grpc.handleUnaryCall<_foldwise_v1_UploadHeader, _foldwise_v1_UploadReplyInput>;
  
  Session: grpc.handleBidiStreamingCall<_foldwise_v1_WorkerMessage, _foldwise_v1_CoordinatorMessageInput>;
  
  Upload: grpc.handleClientStreamingCall<_foldwise_v1_UploadRequest, _foldwise_v1_UploadReplyInput>;
  
}

export interface CoordinatorDefinition extends grpc.ServiceDefinition {
  FetchCheckpoint: MethodDefinition<_foldwise_v1_FetchCheckpointRequestInput, _foldwise_v1_ChunkInput, _foldwise_v1_FetchCheckpointRequest, _foldwise_v1_Chunk>
  FetchDataset: MethodDefinition<_foldwise_v1_FetchDatasetRequestInput, _foldwise_v1_ChunkInput, _foldwise_v1_FetchDatasetRequest, _foldwise_v1_Chunk>
  FetchModel: MethodDefinition<_foldwise_v1_FetchModelRequestInput, _foldwise_v1_ChunkInput, _foldwise_v1_FetchModelRequest, _foldwise_v1_Chunk>
  FindUpload: MethodDefinition<_foldwise_v1_UploadHeaderInput, _foldwise_v1_UploadReplyInput, _foldwise_v1_UploadHeader, _foldwise_v1_UploadReply>
  Session: MethodDefinition<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessageInput, _foldwise_v1_WorkerMessage, _foldwise_v1_CoordinatorMessage>
  Upload: MethodDefinition<_foldwise_v1_UploadRequestInput, _foldwise_v1_UploadReplyInput, _foldwise_v1_UploadRequest, _foldwise_v1_UploadReply>
}
