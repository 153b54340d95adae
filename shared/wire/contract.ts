import { fileURLToPath } from 'node:url';
import { loadPackageDefinition, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ProtoGrpcType } from '../generated/foldwise.ts';

export type {
  CoordinatorClient,
  CoordinatorHandlers,
} from '../generated/foldwise/v1/Coordinator.ts';
export type { CoordinatorMessage } from '../generated/foldwise/v1/CoordinatorMessage.ts';
export type { CoordinatorMessageInput } from '../generated/foldwise/v1/CoordinatorMessage.ts';
export type { WorkerMessage } from '../generated/foldwise/v1/WorkerMessage.ts';
export type { WorkerMessageInput } from '../generated/foldwise/v1/WorkerMessage.ts';
export type { Chunk as WireChunk } from '../generated/foldwise/v1/Chunk.ts';
export type { ChunkInput as WireChunkInput } from '../generated/foldwise/v1/Chunk.ts';
export type { UploadRequestInput as WireUploadInput } from '../generated/foldwise/v1/UploadRequest.ts';

/** Loads proto/foldwise.proto: the service and its messages as grpc-js wants them. */
export function loadContract(): ProtoGrpcType['foldwise']['v1'] {
  // Its errors reach us as statuses; grpc-js would print some of them as well.
  setLogVerbosity(logVerbosity.NONE);
  const file = fileURLToPath(new URL('../../proto/foldwise.proto', import.meta.url));
  const definition = loadSync(file, { longs: Number, enums: String, defaults: true, oneofs: true });
  const loaded = loadPackageDefinition(definition) as unknown as ProtoGrpcType;
  return loaded.foldwise.v1;
}
