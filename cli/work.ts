import { isDataHere } from '../shared/data/open.ts';
import { assertPlatformSupported } from '../worker/engine/platform.ts';
import { ensureEngine } from '../worker/engine/ensure.ts';
import { runWorker } from '../worker/run.ts';
import type { Context } from './context.ts';
import { createLog } from './log.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import type { COMMAND_SETTINGS } from './settings.ts';
import { hasColors } from './terminal.ts';

type Settings = ResolvedSettings<(typeof COMMAND_SETTINGS.worker)[number]>;

/** Works for a coordinator until the run is done. */
export async function work({ values, given }: Settings, context: Context): Promise<void> {
  const { stderr, env, signal } = context;
  const log = createLog({
    level: values.quiet ? 'error' : 'info',
    env,
    colorize: hasColors(stderr),
    writeLine: (line) => stderr.write(`${line}\n`),
  });
  const onState = (line: string): void => log.info(line);
  assertPlatformSupported();
  await ensureEngine({ onProgress: onState, signal });
  const { coordinator, data } = values;
  const local = given.has('data') && isDataHere(data) ? { data } : {};
  if (given.has('data') && !isDataHere(data)) {
    log.warn(`--data ${data} does not exist here; what is needed is fetched from the coordinator`);
  }
  onState(`looking for a coordinator at ${coordinator}`);
  await runWorker({ coordinator, ...local, signal, log, onState });
}
