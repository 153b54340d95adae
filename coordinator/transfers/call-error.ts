import { status } from '@grpc/grpc-js';
import { asError, ProtocolError } from '../../shared/errors.ts';
import { DamagedBytes, MissingBytes } from '../../shared/wire/chunks.ts';
import { DiskFull } from '../artifacts/storage.ts';
import { Superseded } from '../artifacts/turns.ts';

/** Refuses a call with a gRPC status of its own. */
export class CallError extends Error {
  readonly code: status;
  readonly details: string;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
    this.details = message;
  }
}

/** What a peer is told of an error. */
export function statusOf(thrown: unknown): { code: status; details: string } {
  const error = asError(thrown);
  if (error instanceof CallError) return { code: error.code, details: error.message };
  if (error instanceof Superseded) return { code: status.ABORTED, details: error.message };
  if (error instanceof DamagedBytes) return { code: status.DATA_LOSS, details: error.message };
  if (error instanceof MissingBytes) return { code: status.OUT_OF_RANGE, details: error.message };
  if (error instanceof ProtocolError) {
    return { code: status.INVALID_ARGUMENT, details: error.message };
  }
  if (error instanceof DiskFull) {
    return { code: status.RESOURCE_EXHAUSTED, details: `${error.message}: try again later` };
  }
  // What went wrong inside, paths and all, is nobody else's business.
  return { code: status.INTERNAL, details: 'the coordinator could not do this' };
}
