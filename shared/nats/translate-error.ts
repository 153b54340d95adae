import { asError } from '../errors.ts';
import { NatsProblem } from './problem.ts';
import { certificateProblem, HUNG_UP_ON_US } from './tls.ts';

/** Nobody listens on the subject: of the interface of JetStream, or of any stream. */
export const isNoAnswer = (error: unknown): boolean => codeOf(error) === '503';

export const isStreamMissing = (error: unknown): boolean => apiCodeOf(error) === 10_059;

/** Another stream has the subjects already. */
export const isOverlap = (error: unknown): boolean => apiCodeOf(error) === 10_065;

/** JetStream runs, but no stream has the subject. */
export const isNoStreamYet = (error: unknown): boolean =>
  asError(error).message === 'no stream matches subject';

export function whyNoStream(error: unknown): string {
  return isNoAnswer(error) ? 'it runs without JetStream' : problemOf(error).message;
}

/** Puts an error of the package `nats` into our words. */
export function problemOf(thrown: unknown): NatsProblem {
  if (thrown instanceof NatsProblem) return thrown;
  const error = asError(thrown);
  const { chainedError } = error as { chainedError?: Error };
  const [words = ''] = (chainedError ?? error).message.split('\n');
  const certificate = certificateProblem(codeOf(chainedError ?? error));
  if (certificate !== undefined) return new NatsProblem('refused', certificate, error);
  switch (codeOf(error)) {
    case 'AUTHORIZATION_VIOLATION':
    case 'AUTHENTICATION_EXPIRED':
    case 'BAD_AUTHENTICATION':
    case 'BAD_CREDS':
    case 'NKEY_OR_JWT_REQ':
      return new NatsProblem('refused', 'it refuses these credentials', error);
    case 'PERMISSIONS_VIOLATION':
      return new NatsProblem('denied', 'it denies permission', error);
    case 'MAX_PAYLOAD_EXCEEDED':
      return new NatsProblem('too large', 'the message is larger than it takes', error);
    case 'TIMEOUT':
      return new NatsProblem('unreachable', 'no answer', error);
    case 'CONNECTION_CLOSED':
    case 'DISCONNECT':
      return new NatsProblem('unreachable', 'the connection was lost', error);
    case 'SERVER_OPT_NA':
      return new NatsProblem('refused', 'it speaks no TLS', error);
    default:
      return new NatsProblem('unreachable', isClosed(error) ? 'it hangs up' : words, error);
  }
}

/**
 * The same for an attempt to connect.
 *
 * @param isTrusted whether a TLS handshake with the server had ended well
 */
export function connectProblemOf(thrown: unknown, isTrusted: boolean): NatsProblem {
  const error = asError(thrown);
  // Not "refused": it may as well have been stopped just then, and the next attempt will tell.
  if (isTrusted && isHangUp(error)) return new NatsProblem('unreachable', HUNG_UP_ON_US, error);
  return problemOf(error);
}

const HANG_UPS = ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'CONNECTION_CLOSED', 'DISCONNECT'];

function isHangUp(error: Error): boolean {
  return HANG_UPS.includes(codeOf(error)) || isClosed(error);
}

/** What was closed in good order is a refused connection to the package, but one without a cause. */
function isClosed(error: Error): boolean {
  const { chainedError } = error as { chainedError?: Error };
  return codeOf(error) === 'CONNECTION_REFUSED' && codeOf(chainedError) === '';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function apiCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('api_error' in error)) return undefined;
  return (error.api_error as { err_code?: number } | undefined)?.err_code;
}
