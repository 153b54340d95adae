import type { Report } from '../coordinator/report/report-schema.ts';
import { checkAddress } from '../coordinator/server.ts';
import { hostname } from 'node:os';
import { type Address, addressOf, formatAddress, isLoopback } from './address.ts';
import type { Context } from './context.ts';
import { leadRun } from './lead-run.ts';
import { createLog } from './log.ts';
import { natsTarget } from './nats/target.ts';
import { limitsOf, type OpenRun } from './open-run.ts';
import type { Display } from './progress/display.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import type { Resume } from './resume-option.ts';
import { coordinatorAccess } from './security/access.ts';
import type { COMMAND_SETTINGS, CoordinatorSettings } from './settings.ts';
import { hasColors } from './terminal.ts';
import { withRun } from './with-run.ts';

type Settings = ResolvedSettings<(typeof COMMAND_SETTINGS.coordinator)[number]>;

/** Leads a run whose workers are started by others, and prints the result. */
export async function coordinate(
  settings: Settings,
  resume: Resume,
  context: Context,
): Promise<void> {
  const { values } = settings;
  const { env } = context;
  const access = await coordinatorAccess(values, env);
  const listen = addressOf('--listen', values.listen);
  const nats = await natsTarget(values, { fallback: 'none', env });
  const lead = (run: OpenRun<CoordinatorSettings>, display: Display): Promise<Report> =>
    leadRun({ ...leadOptions(run, display, context), listen, access, nats });
  const check = (): Promise<void> => checkAddress(listen);
  await withRun({ settings, resume, mayBegin: true, nats, check, lead }, context);
}

function leadOptions(
  { prepared, record, values }: OpenRun<CoordinatorSettings>,
  display: Display,
  { stderr, env, signal }: Context,
) {
  return {
    ...{ prepared, record, display, env, signal, hasOwnWorkers: false },
    limits: limitsOf(values),
    log: createLog({
      level: values.quiet ? 'error' : 'warn',
      env,
      colorize: hasColors(stderr),
      writeLine: display.alert,
    }),
    onEvent: () => undefined,
    onListening: (address: Address) => {
      display.note('waiting for workers; start one with');
      display.note(`  npx foldwise worker ${workerFlags(address, values)}`);
    },
  };
}

/** Where workers reach this machine: an address that means every interface is no place to dial. */
function dialled({ host, port }: Address): Address {
  return { host: ['0.0.0.0', '::'].includes(host) ? hostname() : host, port };
}

/** What a worker has to say to get in, but for the names of its own files. */
function workerFlags(address: Address, values: CoordinatorSettings): string {
  const target = dialled(address);
  const { 'tls-cert': certificate, 'tls-ca': clientAuthority } = values;
  const isEncrypted = certificate !== undefined;
  return [
    `--coordinator ${formatAddress(target)}`,
    ...(isEncrypted ? ['--tls-ca FILE'] : []),
    ...(clientAuthority === undefined ? [] : ['--tls-cert FILE --tls-key FILE']),
    ...(values['token-file'] === undefined ? [] : ['--token-file FILE']),
    ...(isEncrypted || isLoopback(target.host) ? [] : ['--insecure']),
  ].join(' ');
}
