import { assertPlatformSupported } from '../worker/engine/platform.ts';
import { ensureEngine } from '../worker/engine/ensure.ts';
import { runWorker } from '../worker/run.ts';
import type { Context } from './context.ts';
import { Interruption } from './interruption.ts';
import { createLog } from './log.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import type { COMMAND_SETTINGS } from './settings.ts';
import { hasColors } from './terminal.ts';

type Settings = ResolvedSettings<(typeof COMMAND_SETTINGS.worker)[number]>;

/** Works for a coordinator until the run is done, or the process that started this one is gone. */
export async function work({ values, given }: Settings, context: Context): Promise<void> {
  const { stderr, env } = context;
  const log = createLog({
    level: values.quiet ? 'error' : 'info',
    env,
    colorize: hasColors(stderr),
    writeLine: (line) => stderr.write(`${line}\n`),
  });
  const onState = (line: string): void => log.info(line);
  const signal = AbortSignal.any([context.signal, whenAbandoned(process)]);
  assertPlatformSupported();
  await ensureEngine({ onProgress: onState, signal });
  const { coordinator, data } = values;
  const local = given.has('data') ? { data } : {};
  await runWorker({ coordinator, ...local, signal, log, onState });
}

/** Aborts when the channel to the process that started this one closes, if there is any. */
function whenAbandoned(process: NodeJS.Process): AbortSignal {
  const abandoned = new AbortController();
  if (process.connected) {
    process.once('disconnect', () => abandoned.abort(new Interruption('SIGHUP')));
    // The channel alone shall not keep the process open.
    process.channel?.unref();
  }
  return abandoned.signal;
}
