import type { Interruptions } from './interruption.ts';

/** What a command is given of the world around it. */
export interface Context {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted, with the reason, when the program shall stop. */
  readonly signal: AbortSignal;
  /** Absent where nothing interrupts. */
  readonly drainInstead?: Interruptions['drainInstead'];
}
