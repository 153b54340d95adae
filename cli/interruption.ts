import { constants } from 'node:os';
import { FoldwiseError } from '../shared/errors.ts';
import { isReaderGone, OutputError } from './output-error.ts';

type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

/** The user, or the system, wants the program to stop: no failure, and nothing to retry. */
export class Interruption extends FoldwiseError {
  override readonly name = 'Interruption';
  override readonly exitCode: number;
  readonly signalName: SignalName;

  constructor(signalName: SignalName) {
    super(`stopped by ${signalName}`);
    this.signalName = signalName;
    this.exitCode = 128 + constants.signals[signalName];
  }
}

/** A command has this long to stop by itself; the whole promise is five seconds. */
const STOP_MS = 4500;

export interface InterruptionOptions {
  readonly process: Pick<NodeJS.Process, 'on' | 'exit' | 'stdout' | 'stderr'>;
  /**
   * Started by another process, over a channel, to help it. Ctrl-C reaches all processes of a
   * terminal; a helper leaves it to that other one, which ends it by SIGTERM, or by disappearing.
   */
  readonly isHelper: boolean;
  /**
   * Whether a terminal is there to hang up. Without one, SIGHUP is ignored: Node has undone the
   * ignoring that nohup sets up, and the run shall outlive the login as asked.
   */
  readonly hasTerminal: boolean;
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP, and a reader of our output that goes away, into an abort whose
 * reason is an {@link Interruption}; standard output that takes no more, on a full disk for one,
 * into one whose reason is an {@link OutputError}. A second signal, or a command that does not stop in time, ends
 * the process at once; `exit` handlers still run.
 */
export function abortOnSignals(options: InterruptionOptions): AbortSignal {
  const { process, isHelper, hasTerminal } = options;
  const controller = new AbortController();
  const stop = (reason: FoldwiseError): void => {
    controller.abort(reason);
    setTimeout(() => process.exit(reason.exitCode), STOP_MS).unref();
  };
  const interrupt = (signalName: SignalName): void => {
    const interruption = new Interruption(signalName);
    if (controller.signal.aborted) process.exit(interruption.exitCode);
    stop(interruption);
  };
  process.on('SIGTERM', () => interrupt('SIGTERM'));
  process.on('SIGINT', () => {
    if (!isHelper) interrupt('SIGINT');
  });
  process.on('SIGHUP', () => {
    if (!isHelper && hasTerminal) interrupt('SIGHUP');
  });
  if (isHelper) process.on('disconnect', () => interrupt('SIGHUP'));
  process.stdout.on('error', (error: Error) => {
    if (controller.signal.aborted) return;
    stop(isReaderGone(error) ? new Interruption('SIGPIPE') : new OutputError(error));
  });
  process.stderr.on('error', (error: Error) => {
    // Progress that cannot be shown is no reason to stop, unless whoever watched has gone.
    if (!controller.signal.aborted && isReaderGone(error)) interrupt('SIGPIPE');
  });
  return controller.signal;
}

/** Whether a command was stopped because what it says on standard output does not arrive. */
export function isOutputLost(reason: unknown): boolean {
  const isPipe = reason instanceof Interruption && reason.signalName === 'SIGPIPE';
  return isPipe || reason instanceof OutputError;
}
