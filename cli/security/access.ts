import type { ServerAccess } from '../../coordinator/server.ts';
import { UsageError } from '../../shared/errors.ts';
import type { ClientAccess } from '../../shared/security/client-access.ts';
import { addressOf, isLoopback } from '../address.ts';
import type { Settings } from '../settings.ts';
import { type KeyPair, type Owner, readAuthority, readKeyPair } from './pem.ts';
import { readToken } from './read-token.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Common = Settings<'tls-cert' | 'tls-key' | 'tls-ca' | 'token-file' | 'insecure'>;
type CoordinatorSecurity = Common & Settings<'listen'>;
type WorkerSecurity = Common & Settings<'coordinator' | 'tls-server-name'>;

const HOW = 'docs/security.md tells how';

/**
 * Reads who may connect to a coordinator.
 *
 * @throws UsageError where a file cannot be used, or others could connect unencrypted or unchecked
 *   and the user has not said that they may
 */
export async function coordinatorAccess(
  settings: CoordinatorSecurity,
  env: Environment,
  now = new Date(),
): Promise<ServerAccess> {
  const pair = await keyPair('coordinator', settings, now);
  const ca = settings['tls-ca'];
  if (ca !== undefined && pair === undefined) {
    throw new UsageError(`--tls-ca ${ca}: needs --tls-cert and --tls-key of the coordinator too`);
  }
  const token = await readToken(settings['token-file'], env);
  const authority = ca === undefined ? undefined : await readAuthority(file('tls-ca', ca), now);
  refuseOpenDoor(settings, { isEncrypted: pair !== undefined, isChecked: !!(authority ?? token) });
  return {
    ...(token === undefined ? {} : { token }),
    ...(pair && { tls: { ...pair, ...(authority && { clientAuthority: authority }) } }),
  };
}

function refuseOpenDoor(
  { listen, insecure }: CoordinatorSecurity,
  { isEncrypted, isChecked }: { readonly isEncrypted: boolean; readonly isChecked: boolean },
): void {
  if (insecure || isLoopback(addressOf('--listen', listen).host) || (isEncrypted && isChecked))
    return;
  if (isEncrypted) {
    throw new UsageError(
      `--listen ${listen}: other machines could reach this address, and whoever does may send ` +
        `results. Add --tls-ca, which asks workers for certificates, or --token-file; ${HOW}. On a ` +
        'network that you trust, --insecure will do',
    );
  }
  const token = isChecked ? ', the token included' : ' nor checked';
  throw new UsageError(
    `--listen ${listen}: other machines could reach this address, and connections are not ` +
      `encrypted${token}. Add --tls-cert, --tls-key and --tls-ca; ${HOW}. On a network that you ` +
      'trust, --insecure will do',
  );
}

/**
 * Reads how a worker connects to its coordinator.
 *
 * @throws UsageError where a file cannot be used, or what it sends would cross a network unencrypted
 *   and the user has not said that it may
 */
export async function workerAccess(
  settings: WorkerSecurity,
  env: Environment,
  now = new Date(),
): Promise<ClientAccess> {
  const { coordinator, insecure, 'tls-ca': ca, 'tls-server-name': serverName } = settings;
  const own = await keyPair('worker', settings, now);
  const token = await readToken(settings['token-file'], env);
  const shown = token === undefined ? {} : { token };
  if (ca !== undefined) {
    const authority = await readAuthority(file('tls-ca', ca), now);
    return { ...shown, tls: { authority, ...(own && { own }), ...(serverName && { serverName }) } };
  }
  if (own !== undefined || serverName !== undefined) {
    const option = own === undefined ? '--tls-server-name' : '--tls-cert';
    throw new UsageError(`${option}: needs --tls-ca, the authority of the coordinator, too`);
  }
  if (insecure || isLoopback(addressOf('--coordinator', coordinator).host)) return shown;
  throw new UsageError(
    `--coordinator ${coordinator}: this may be another machine, and the connection would not be ` +
      `encrypted. Add --tls-ca, --tls-cert and --tls-key; ${HOW}. On a network that you trust, ` +
      '--insecure will do',
  );
}

async function keyPair(owner: Owner, settings: Common, now: Date): Promise<KeyPair | undefined> {
  const { 'tls-cert': certificate, 'tls-key': key } = settings;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined) throw new UsageError(`--tls-key ${key}: needs --tls-cert too`);
  if (key === undefined) throw new UsageError(`--tls-cert ${certificate}: needs --tls-key too`);
  const pair = { certificate: file('tls-cert', certificate), key: file('tls-key', key) };
  return await readKeyPair({ ...pair, owner }, now);
}

const file = (name: string, path: string) => ({ option: `--${name}`, file: path });
