import { constants } from 'node:os';
import { FoldwiseError } from '../shared/errors.ts';
import { isReaderGone, OutputError } from './output-error.ts';

type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE' | 'SIGUSR1' | 'SIGUSR2';

/** The user, or the system, wants the program to stop: no failure, and nothing to retry. */
export class Interruption extends FoldwiseError {
  override readonly name = 'Interruption';
  override readonly exitCode: number;
  readonly signalName: SignalName;

  constructor(signalName: SignalName, exitCode = 128 + constants.signals[signalName]) {
    super(`stopped by ${signalName}`);
    this.signalName = signalName;
    this.exitCode = exitCode;
  }
}

/** Whether that is what somebody who was interrupted says, another process perhaps. */
export const isInterruptionMessage = (message: string): boolean =>
  /^stopped by SIG[A-Z0-9]+$/.test(message);

/** A command has this long to stop by itself, unless it drains; the whole promise is five seconds. */
const STOP_MS = 4500;

export interface InterruptionOptions {
  readonly process: Pick<NodeJS.Process, 'on' | 'exit' | 'stdout' | 'stderr' | 'connected'>;
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

/** How a command that drains ends, where it does not end by itself. */
export interface DrainLimit {
  readonly stopMs: number;
  readonly exitCode: number;
}

export interface Interruptions {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  /**
   * For a command that has to save something first: from now on this other signal is aborted
   * instead. Null for a helper, which is to end at once.
   */
  readonly drainInstead: (limit: DrainLimit) => AbortSignal | null;
}

/** {@link listenForSignals} for programs that do not drain. */
export const abortOnSignals = (options: InterruptionOptions): AbortSignal =>
  listenForSignals(options).signal;

/**
 * Turns SIGINT, SIGTERM and SIGHUP, SIGUSR1 and SIGUSR2, by which schedulers announce the end of a
 * job, and a reader of our output that goes away, into an abort whose reason is an
 * {@link Interruption}; standard output that takes no more, on a full disk for one, into one whose
 * reason is an {@link OutputError}. A second signal, or a command that does not stop in time, ends
 * the process at once; `exit` handlers still run. SIGUSR1 and SIGUSR2 come more than once, and
 * repeat themselves only.
 */
export function listenForSignals(options: InterruptionOptions): Interruptions {
  const { process, isHelper } = options;
  let current = new AbortController();
  const { signal } = current;
  let limit: Partial<DrainLimit> = {};
  const stop = (reason: FoldwiseError): void => {
    if (current.signal.aborted) return;
    const { stopMs = STOP_MS, exitCode = reason.exitCode } = limit;
    current.abort(reason);
    setTimeout(() => process.exit(exitCode), stopMs).unref();
  };
  const interrupt = (signalName: SignalName): void => {
    const interruption = new Interruption(signalName);
    if (current.signal.aborted && !ANNOUNCEMENTS.has(signalName)) {
      process.exit(interruption.exitCode);
    }
    stop(interruption);
  };
  listen(options, interrupt, stop);
  return {
    signal,
    drainInstead: (drain) => {
      if (isHelper) return null;
      if (current.signal.aborted) return current.signal;
      limit = drain;
      current = new AbortController();
      return current.signal;
    },
  };
}

/** What schedulers send ahead of the end, to a whole group of processes. */
const ANNOUNCEMENTS: ReadonlySet<SignalName> = new Set(['SIGUSR1', 'SIGUSR2']);

function listen(
  { process, isHelper, hasTerminal }: InterruptionOptions,
  interrupt: (signalName: SignalName) => void,
  stop: (reason: FoldwiseError) => void,
): void {
  process.on('SIGTERM', () => interrupt('SIGTERM'));
  // SIGUSR1 would otherwise start Node's debugger, SIGUSR2 end the process.
  for (const name of ['SIGINT', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(name, () => {
      if (!isHelper) interrupt(name);
    });
  }
  process.on('SIGHUP', () => {
    if (!isHelper && hasTerminal) interrupt('SIGHUP');
  });
  if (isHelper) {
    process.on('disconnect', () => interrupt('SIGHUP'));
    // Whom it was to help went while it was being loaded.
    if (!process.connected) process.exit(new Interruption('SIGHUP').exitCode);
  }
  process.stdout.on('error', (error: Error) => {
    stop(isReaderGone(error) ? new Interruption('SIGPIPE') : new OutputError(error));
  });
  process.stderr.on('error', (error: Error) => {
    // Progress that cannot be shown is no reason to stop, unless whoever watched has gone.
    if (isReaderGone(error)) stop(new Interruption('SIGPIPE'));
  });
}

/** Whether a command was stopped because what it says on standard output does not arrive. */
export function isOutputLost(reason: unknown): boolean {
  const isPipe = reason instanceof Interruption && reason.signalName === 'SIGPIPE';
  return isPipe || reason instanceof OutputError;
}
