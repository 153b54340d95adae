import { asError, DataError, EngineError, TrainingError, UsageError } from '../../shared/errors.ts';
import type { ChildMessage, FailureKind } from './messages.ts';

export type FailureMessage = Extract<ChildMessage, { type: 'failed' }>;

/** Turns what an assignment ended with into its last message. */
export function describeFailure(thrown: unknown): FailureMessage {
  const error = asError(thrown);
  const kind = kindOf(error);
  return { type: 'failed', kind, message: messageOf(kind, error) };
}

function kindOf(error: Error): FailureKind {
  if (error instanceof TrainingError) return 'training';
  if (error instanceof DataError || error instanceof UsageError) return 'data';
  if (error instanceof EngineError) return 'engine';
  return isOutOfMemory(error) ? 'out-of-memory' : 'internal';
}

/** TensorFlow and V8 tell a lack of memory by text alone: neither has a class or a code for it. */
function isOutOfMemory({ message }: Error): boolean {
  return /\bOOM\b|RESOURCE_EXHAUSTED|Resource exhausted|allocation failed|bad_alloc/i.test(message);
}

function messageOf(kind: FailureKind, { message }: Error): string {
  if (kind !== 'out-of-memory') return message;
  return `Out of memory: ${message}. Try a smaller --batch-size or fewer workers per machine.`;
}
