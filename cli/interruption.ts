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
  /** Called once, when the first signal arrives. */
  readonly onFirst: (interruption: Interruption) => void;
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP, and a reader of our output that goes away, into an abort whose
 * reason is an {@link Interruption}. A second signal, or a command that does not stop in time, ends
 * the process at once; `exit` handlers still run.
 */
export function abortOnSignals({ process, onFirst }: InterruptionOptions): AbortSignal {
  const controller = new AbortController();
  const interrupt = (signalName: SignalName): void => {
    const interruption = new Interruption(signalName);
    if (controller.signal.aborted) process.exit(interruption.exitCode);
    onFirst(interruption);
    controller.abort(interruption);
    setTimeout(() => process.exit(interruption.exitCode), STOP_MS).unref();
  };
  for (const signalName of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signalName, () => interrupt(signalName));
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      if (!controller.signal.aborted) interrupt('SIGPIPE');
    });
  }
  return controller.signal;
}
