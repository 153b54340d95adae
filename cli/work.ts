import { isDataHere } from '../shared/data/open.ts';
import { assertPlatformSupported } from '../worker/engine/platform.ts';
import { ensureEngine } from '../worker/engine/ensure.ts';
import { runWorker } from '../worker/run.ts';
import type { Context } from './context.ts';
import { Interruption } from './interruption.ts';
import { createLog } from './log.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import { workerAccess } from './security/access.ts';
import type { COMMAND_SETTINGS } from './settings.ts';
import { hasColors } from './terminal.ts';

type Settings = ResolvedSettings<(typeof COMMAND_SETTINGS.worker)[number]>;

/** What giving back and closing take at most, after the grace period. */
const CLOSING_MS = 4500;

/**
 * Works for a coordinator until the run is done.
 *
 * @throws Interruption with the exit code of drained workers, where this one had to leave before
 */
export async function work({ values, given }: Settings, context: Context): Promise<void> {
  const { env, signal } = context;
  const graceMs = values['grace-ms'];
  const exitCode = values['drain-exit-code'];
  const drain = context.drainInstead?.({ stopMs: graceMs + CLOSING_MS, exitCode }) ?? null;
  const access = await workerAccess(values, env);
  const log = logFor(values, context);
  const onState = (line: string): void => log.info(line);
  const until = drain === null ? signal : AbortSignal.any([signal, drain]);
  try {
    assertPlatformSupported();
    await ensureEngine({ onProgress: onState, signal: until });
    const { coordinator, data } = values;
    const local = given.has('data') && isDataHere(data) ? { data } : {};
    if (given.has('data') && !isDataHere(data)) {
      log.warn(
        `--data ${data} does not exist here; what is needed is fetched from the coordinator`,
      );
    }
    onState(`looking for a coordinator at ${coordinator}`);
    const draining = drain === null ? {} : { drain: { signal: drain, graceMs } };
    const how = { coordinator, access, ...local, ...draining, signal, log, onState };
    if ((await runWorker(how)) === 'done') return;
  } catch (error) {
    if (!drain?.aborted || error !== drain.reason) throw error;
  }
  throw drained(drain?.reason, exitCode);
}

function logFor({ quiet }: Settings['values'], { stderr, env }: Context) {
  return createLog({
    level: quiet ? 'error' : 'info',
    env,
    colorize: hasColors(stderr),
    writeLine: (line) => stderr.write(`${line}\n`),
  });
}

/** Stopped before the run was done, which no scheduler shall take for a worker that is done. */
function drained(reason: unknown, exitCode: number): Interruption {
  return new Interruption(reason instanceof Interruption ? reason.signalName : 'SIGTERM', exitCode);
}
