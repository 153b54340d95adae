import { totalmem } from 'node:os';
import { asError, DataError, EngineError, TrainingError, UsageError } from '../../shared/errors.ts';
import type { ChildMessage, FailureKind } from './messages.ts';
import { UnusableState } from './unusable-state.ts';

export type FailureMessage = Extract<ChildMessage, { type: 'failed' }>;

/** Turns what an assignment ended with into its last message. */
export function describeFailure(thrown: unknown): FailureMessage {
  const error = asError(thrown);
  const kind = kindOf(error);
  return { type: 'failed', kind, message: messageOf(kind, error) };
}

function kindOf(error: Error): FailureKind {
  if (error instanceof TrainingError) return 'training';
  if (error instanceof UnusableState) return 'checkpoint';
  if (error instanceof DataError || error instanceof UsageError) return 'data';
  if (error instanceof EngineError) return 'engine';
  return isOutOfMemory(error.message) ? 'out-of-memory' : 'internal';
}

/** TensorFlow and V8 tell a lack of memory by text alone: neither has a class or a code for it. */
export const isOutOfMemory = (text: string): boolean =>
  /\bOOM\b|RESOURCE_EXHAUSTED|Resource exhausted|allocation failed|bad_alloc|out of memory/i.test(
    text,
  );

function messageOf(kind: FailureKind, { message }: Error): string {
  return kind === 'out-of-memory' ? describeLackOfMemory(message) : message;
}

/** A lack of memory in words: what happened, how much there is, what to do. */
export function describeLackOfMemory(what: string): string {
  // What a GPU has is in TensorFlow's own message, if anywhere.
  const memory = /\bGPU/.test(what) ? '' : ` This machine has ${describeMemory()}.`;
  const advice = 'Try a smaller --batch-size or fewer workers per machine.';
  return `Out of memory: ${what.replace(/\.$/, '')}.${memory} ${advice}`;
}

function describeMemory(): string {
  const totalBytes = totalmem();
  const limitBytes = process.constrainedMemory();
  // No limit is told as 0, or as more than there is.
  const isLimited = limitBytes > 0 && limitBytes < totalBytes;
  const limit = isLimited ? `, of which ${inGigabytes(limitBytes)} may be used here` : '';
  return `${inGigabytes(totalBytes)}${limit}, and ${inGigabytes(process.availableMemory())} free now`;
}

const inGigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
