import { CommanderError } from 'commander';
import { FoldwiseError, asError } from '../shared/errors.ts';
import { Interruption } from './interruption.ts';

/** How the program ends after something was thrown. */
export interface Failure {
  readonly exitCode: number;
  /** For standard error; nothing where the user has been told already, or asked for it. */
  readonly message?: string;
  readonly stack?: string;
}

const MISUSE = 2;

/** Says in one paragraph what went wrong; a stack trace only when asked for. */
export function describeFailure(thrown: unknown, { debug }: { readonly debug: boolean }): Failure {
  const error = asError(thrown);
  if (error instanceof CommanderError) return describeMisuse(error);
  const stack = debug && error.stack !== undefined ? { stack: error.stack } : {};
  if (error instanceof Interruption) {
    const isSilent = error.signalName === 'SIGPIPE';
    return { exitCode: error.exitCode, ...(isSilent ? {} : { message: error.message }), ...stack };
  }
  if (error instanceof FoldwiseError) {
    return { exitCode: error.exitCode, message: error.message, ...stack };
  }
  const hint = debug ? '' : '; run again with FOLDWISE_DEBUG=1 to see where';
  return { exitCode: 1, message: `${error.message} (this is a bug in Foldwise${hint})`, ...stack };
}

/** Commander has printed help and the version itself; with no command at all, help is the message. */
function describeMisuse(error: CommanderError): Failure {
  if (error.exitCode === 0) return { exitCode: 0 };
  if (error.code === 'commander.help') return { exitCode: MISUSE };
  const [problem = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const hint = more.length > 0 ? ` ${more.join(' ')}` : '';
  return { exitCode: MISUSE, message: `${problem}${hint}` };
}
