import { checkAddress } from '../coordinator/server.ts';
import { hostname } from 'node:os';
import { UsageError } from '../shared/errors.ts';
import { type Address, formatAddress, isLoopback, parseAddress } from './address.ts';
import type { Context } from './context.ts';
import { leadRun, printResult } from './lead-run.ts';
import { createLog } from './log.ts';
import { natsTarget } from './nats/target.ts';
import { prepareRun } from './prepare-run.ts';
import { openDisplay } from './progress/display.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import type { COMMAND_SETTINGS, CoordinatorSettings } from './settings.ts';
import { hasColors } from './terminal.ts';

type Settings = ResolvedSettings<(typeof COMMAND_SETTINGS.coordinator)[number]>;

/** Leads a run whose workers are started by others, and prints the result. */
export async function coordinate(settings: Settings, context: Context): Promise<void> {
  const { values } = settings;
  const { stdout, stderr, env, signal } = context;
  const style = { isJson: values.json, isQuiet: values.quiet };
  const listen = listenAddress(values);
  const nats = await natsTarget(values, { fallback: 'none', env });
  await checkAddress(listen);
  const display = openDisplay({ stdout, stderr, env, ...style, nowMs: Date.now });
  const prepared = await prepareRun(settings, { env, signal, note: display.note });
  const log = createLog({
    level: values.quiet ? 'error' : 'warn',
    env,
    colorize: hasColors(stderr),
    writeLine: display.alert,
  });
  const report = await leadRun({
    ...{ prepared, listen, nats, env, log, display, signal, hasOwnWorkers: false },
    onEvent: () => undefined,
    onListening: (address) => {
      display.note('waiting for workers; start one with');
      display.note(`  npx foldwise worker --coordinator ${formatAddress(dialled(address))}`);
    },
  });
  printResult({ report, outDir: prepared.outDir }, style, context);
}

/** Where workers reach this machine: an address that means every interface is no place to dial. */
function dialled({ host, port }: Address): Address {
  return { host: ['0.0.0.0', '::'].includes(host) ? hostname() : host, port };
}

/** @throws UsageError where others could connect and the user has not said that they may */
function listenAddress({ listen, insecure }: CoordinatorSettings): Address {
  const address = parseAddress(listen);
  if (!address) throw new UsageError(`--listen: expected HOST:PORT, got "${listen}"`);
  if (isLoopback(address.host) || insecure) return address;
  throw new UsageError(
    `--listen ${listen}: other machines could reach this address, and connections are neither ` +
      'encrypted nor checked. On a network that you trust, add --insecure',
  );
}
