/**
 * Errors a user can meet. They are told apart by class, never by their text:
 * `UsageError` is misuse (exit code 2), every other `FoldwiseError` a failure (exit code 1).
 * Messages say what was expected, what came, which key or file, and what to do.
 */
export class FoldwiseError extends Error {
  override readonly name: string = 'FoldwiseError';
  readonly exitCode: number = 1;
}

/** A flag, a configuration or an input file the user can mend. */
export class UsageError extends FoldwiseError {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}

/** Data that cannot be read as what it claims to be: wrong magic, truncated, inconsistent. */
export class DataError extends UsageError {}

/** The TensorFlow library is missing, cannot be built or does not load. */
export class EngineError extends FoldwiseError {
  override readonly name = 'EngineError';
}

/** A peer sent what the contract does not allow. */
export class ProtocolError extends FoldwiseError {
  override readonly name = 'ProtocolError';
}

/** Training itself failed (a non-finite loss, say): another attempt would fail alike. */
export class TrainingError extends FoldwiseError {
  override readonly name = 'TrainingError';
}

/** Turns whatever was thrown into an Error, once, at the boundary where it arrives. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
