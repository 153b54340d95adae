import path from 'node:path';
import { pino } from 'pino';
import { runWorker, type WorkerEnding, type WorkerOptions } from '../../worker/run.ts';

export const SCRIPTED_TRAINER = path.join(import.meta.dirname, 'programs/scripted-trainer.ts');

export interface RunningWorker {
  readonly ended: Promise<WorkerEnding>;
  /** What it told people. */
  readonly told: readonly string[];
  readonly drain: () => void;
  readonly abort: () => void;
}

/** Starts a worker in this process, whose training process is the scripted one. */
export function startWorker(
  port: number,
  { graceMs = 20_000, ...rest }: Partial<WorkerOptions> & { readonly graceMs?: number } = {},
): RunningWorker {
  const told: string[] = [];
  const stop = new AbortController();
  const drain = new AbortController();
  const ended = runWorker({
    coordinator: `127.0.0.1:${port}`,
    signal: stop.signal,
    drain: { signal: drain.signal, graceMs },
    log: pino({ level: 'silent' }),
    onState: (line) => told.push(line),
    engine: 'scripted 1.0',
    trainerProgram: SCRIPTED_TRAINER,
    ...rest,
  });
  // Who asks for it later is told then.
  ended.catch(() => undefined);
  return {
    ...{ ended, told },
    drain: () => drain.abort(new Error('stopped by SIGTERM')),
    abort: () => stop.abort(new Error('the test is over')),
  };
}
