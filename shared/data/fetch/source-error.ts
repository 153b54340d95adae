import { asError } from '../../errors.ts';
import { errorCode } from '../file-problem.ts';

/**
 * Why an address did not deliver a file: `unreachable`, it cannot be talked to; `refused`, it does
 * not have the file; `broken`, the transfer stopped on the way, and asking again may help;
 * `damaged`, it holds something else.
 */
export type SourceProblem = 'unreachable' | 'refused' | 'broken' | 'damaged';

/** One address failed; another may do. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly problem: SourceProblem;

  constructor(problem: SourceProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

const NO_CONNECTION: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known here',
  EAI_AGAIN: 'its name cannot be looked up',
  ECONNREFUSED: 'connection refused',
  ENETUNREACH: 'there is no network to it',
  ENETDOWN: 'there is no network to it',
  EHOSTUNREACH: 'there is no way to it',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
};

const BROKEN: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'the connection was closed',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  UND_ERR_HEADERS_TIMEOUT: 'no answer to the request',
  UND_ERR_BODY_TIMEOUT: 'nothing more came',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer ended early',
};

/** What a failed request means; certificates and proxies that refuse count as unreachable. */
export function requestProblem(thrown: unknown): SourceError {
  const error = asError(thrown);
  const code = errorCode(error);
  const broken = BROKEN[code];
  if (broken !== undefined) return new SourceError('broken', broken, { cause: error });
  const reason = NO_CONNECTION[code] ?? (error.message || code || error.name);
  return new SourceError('unreachable', reason, { cause: error });
}

/** What a transfer that stopped on the way means. */
export function transferProblem(thrown: unknown): SourceError {
  const error = asError(thrown);
  const reason = BROKEN[errorCode(error)] ?? error.message;
  return new SourceError('broken', reason, { cause: error });
}
