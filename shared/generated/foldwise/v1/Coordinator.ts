// Original file: proto/foldwise.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ChunkInput as _foldwise_v1_ChunkInput, Chunk as _foldwise_v1_Chunk } from '../../foldwise/v1/Chunk.ts';
import type { CoordinatorMessageInput as _foldwise_v1_CoordinatorMessageInput, CoordinatorMessage as _foldwise_v1_CoordinatorMessage } from '../../foldwise/v1/CoordinatorMessage.ts';
import type { FetchDatasetRequestInput as _foldwise_v1_FetchDatasetRequestInput, FetchDatasetRequest as _foldwise_v1_FetchDatasetRequest } from '../../foldwise/v1/FetchDatasetRequest.ts';
import type { FetchModelRequestInput as _foldwise_v1_FetchModelRequestInput, FetchModelRequest as _foldwise_v1_FetchModelRequest } from '../../foldwise/v1/FetchModelRequest.ts';
import type { UploadModelReplyInput as _foldwise_v1_UploadModelReplyInput, UploadModelReply as _foldwise_v1_UploadModelReply } from '../../foldwise/v1/UploadModelReply.ts';
import type { UploadModelRequestInput as _foldwise_v1_UploadModelRequestInput, UploadModelRequest as _foldwise_v1_UploadModelRequest } from '../../foldwise/v1/UploadModelRequest.ts';
import type { WorkerMessageInput as _foldwise_v1_WorkerMessageInput, WorkerMessage as _foldwise_v1_WorkerMessage } from '../../foldwise/v1/WorkerMessage.ts';

export interface CoordinatorClient extends grpc.Client {
  FetchDataset(argument: _foldwise_v1_FetchDatasetRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  FetchDataset(argument: _foldwise_v1_FetchDatasetRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchDataset(argument: _foldwise_v1_FetchDatasetRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchDataset(argument: _foldwise_v1_FetchDatasetRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  
  FetchModel(argument: _foldwise_v1_FetchModelRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  FetchModel(argument: _foldwise_v1_FetchModelRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchModel(argument: _foldwise_v1_FetchModelRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  fetchModel(argument: _foldwise_v1_FetchModelRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_foldwise_v1_Chunk>;
  
  Session(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessage>;
  Session(options?: grpc.CallOptions): grpc.ClientDuplexStream<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessage>;
  session(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessage>;
  session(options?: grpc.CallOptions): grpc.ClientDuplexStream<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessage>;
  
  UploadModel(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadModelReply>): grpc.ClientWritableStream<_foldwise_v1_UploadModelRequestInput>;
  UploadModel(metadata: grpc.Metadata, callback: grpc.requestCallback<_foldwise_v1_UploadModelReply>): grpc.ClientWritableStream<_foldwise_v1_UploadModelRequestInput>;
  UploadModel(options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadModelReply>): grpc.ClientWritableStream<_foldwise_v1_UploadModelRequestInput>;
  UploadModel(callback: grpc.requestCallback<_foldwise_v1_UploadModelReply>): grpc.ClientWritableStream<_foldwise_v1_UploadModelRequestInput>;
  uploadModel(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadModelReply>): grpc.ClientWritableStream<_foldwise_v1_UploadModelRequestInput>;
  uploadModel(metadata: grpc.Metadata, callback: grpc.requestCallback<_foldwise_v1_UploadModelReply>): grpc.ClientWritableStream<_foldwise_v1_UploadModelRequestInput>;
  uploadModel(options: grpc.CallOptions, callback: grpc.requestCallback<_foldwise_v1_UploadModelReply>): grpc.ClientWritableStream<_foldwise_v1_UploadModelRequestInput>;
  uploadModel(callback: grpc.requestCallback<_foldwise_v1_UploadModelReply>): grpc.ClientWritableStream<_foldwise_v1_UploadModelRequestInput>;
  
}

export interface CoordinatorHandlers extends grpc.UntypedServiceImplementation {
  FetchDataset: grpc.handleServerStreamingCall<_foldwise_v1_FetchDatasetRequest, _foldwise_v1_ChunkInput>;
  
  FetchModel: grpc.handleServerStreamingCall<_foldwise_v1_FetchModelRequest, _foldwise_v1_ChunkInput>;
  
  Session: grpc.handleBidiStreamingCall<_foldwise_v1_WorkerMessage, _foldwise_v1_CoordinatorMessageInput>;
  
  UploadModel: grpc.handleClientStreamingCall<_foldwise_v1_UploadModelRequest, _foldwise_v1_UploadModelReplyInput>;
  
}

export interface CoordinatorDefinition extends grpc.ServiceDefinition {
  FetchDataset: MethodDefinition<_foldwise_v1_FetchDatasetRequestInput, _foldwise_v1_ChunkInput, _foldwise_v1_FetchDatasetRequest, _foldwise_v1_Chunk>
  FetchModel: MethodDefinition<_foldwise_v1_FetchModelRequestInput, _foldwise_v1_ChunkInput, _foldwise_v1_FetchModelRequest, _foldwise_v1_Chunk>
  Session: MethodDefinition<_foldwise_v1_WorkerMessageInput, _foldwise_v1_CoordinatorMessageInput, _foldwise_v1_WorkerMessage, _foldwise_v1_CoordinatorMessage>
  UploadModel: MethodDefinition<_foldwise_v1_UploadModelRequestInput, _foldwise_v1_UploadModelReplyInput, _foldwise_v1_UploadModelRequest, _foldwise_v1_UploadModelReply>
}
