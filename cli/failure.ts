import { CommanderError } from 'commander';
import { FoldwiseError, asError } from '../shared/errors.ts';
import { plainLines } from '../shared/plain.ts';
import { Interruption } from './interruption.ts';

/** How the program ends after something was thrown. */
export interface Failure {
  readonly exitCode: number;
  /** False where the user has asked for this end. */
  readonly isError: boolean;
  /** For standard error; nothing where the user has been told already, or asked for it. */
  readonly message?: string;
  readonly stack?: string;
}

const MISUSE = 2;

/**
 * Says in one paragraph what went wrong; a stack trace only when asked for. Whatever names of files
 * and words of peers are in it, a terminal can show it.
 */
export function describeFailure(thrown: unknown, options: { readonly debug: boolean }): Failure {
  const { message, stack, ...failure } = inItsWords(thrown, options);
  return {
    ...failure,
    ...(message === undefined ? {} : { message: plainLines(message) }),
    ...(stack === undefined ? {} : { stack: plainLines(stack) }),
  };
}

function inItsWords(thrown: unknown, { debug }: { readonly debug: boolean }): Failure {
  const error = asError(thrown);
  if (error instanceof CommanderError) return describeMisuse(error);
  const stack = debug && error.stack !== undefined ? { stack: error.stack } : {};
  const { message } = error;
  if (error instanceof Interruption) {
    const { exitCode, signalName } = error;
    // Who reads our output is gone, and need not be told.
    return { exitCode, isError: false, ...(signalName === 'SIGPIPE' ? {} : { message }), ...stack };
  }
  if (error instanceof FoldwiseError) {
    return { exitCode: error.exitCode, isError: true, message, ...stack };
  }
  const hint = debug ? '' : '; run again with FOLDWISE_DEBUG=1 to see where';
  const text = `${message} (this is a bug in Foldwise${hint})`;
  return { exitCode: 1, isError: true, message: text, ...stack };
}

/** Commander has printed help and the version itself; with no command at all, help is the message. */
function describeMisuse(error: CommanderError): Failure {
  if (error.exitCode === 0) return { exitCode: 0, isError: false };
  if (error.code === 'commander.help') return { exitCode: MISUSE, isError: true };
  const [problem = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const hint = more.length > 0 ? ` ${more.join(' ')}` : hintOf(error);
  return { exitCode: MISUSE, isError: true, message: `${problem}${hint}` };
}

const hintOf = ({ code }: CommanderError): string =>
  code === 'commander.unknownCommand' ? '; "foldwise --help" lists the commands' : '';
