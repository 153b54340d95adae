import { FoldwiseError } from '../errors.ts';

export type NatsProblemKind =
  /** Nobody there, or nobody who answers, or not any more. */
  | 'unreachable'
  /** The server does not let us in. */
  | 'refused'
  /** It has let us in, and does not allow this. */
  | 'denied'
  /** The message is larger than the server takes. */
  | 'too large';

/** What went wrong between a NATS server and us; the message never holds a secret. */
export class NatsProblem extends FoldwiseError {
  override readonly name = 'NatsProblem';
  readonly kind: NatsProblemKind;

  constructor(kind: NatsProblemKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.kind = kind;
  }
}
