import { constants } from 'node:os';
import { FoldwiseError } from '../shared/errors.ts';

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
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP, and a reader of our output that goes away, into an abort whose
 * reason is an {@link Interruption}. A second signal, or a command that does not stop in time, ends
 * the process at once; `exit` handlers still run.
 */
export function abortOnSignals(options: InterruptionOptions): AbortSignal {
  const { process, isHelper } = options;
  const controller = new AbortController();
  const interrupt = (signalName: SignalName): void => {
    const interruption = new Interruption(signalName);
    if (controller.signal.aborted) process.exit(interruption.exitCode);
    controller.abort(interruption);
    setTimeout(() => process.exit(interruption.exitCode), STOP_MS).unref();
  };
  process.on('SIGTERM', () => interrupt('SIGTERM'));
  for (const signalName of ['SIGINT', 'SIGHUP'] as const) {
    process.on(signalName, () => {
      if (!isHelper) interrupt(signalName);
    });
  }
  if (isHelper) process.on('disconnect', () => interrupt('SIGHUP'));
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      if (!controller.signal.aborted) interrupt('SIGPIPE');
    });
  }
  return controller.signal;
}
