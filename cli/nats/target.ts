import { UsageError } from '../../shared/errors.ts';
import type { NatsAccess, NatsCredentials } from '../../shared/nats/access.ts';
import { isLoopback, parseAddress } from '../address.ts';
import { readCredentials, tlsFiles } from './credentials.ts';
import { parseServers } from './servers.ts';

/** Where progress goes. */
export type NatsTarget =
  | { readonly kind: 'none' }
  /** A server of our own, where there is one to start. */
  | { readonly kind: 'auto' }
  | { readonly kind: 'servers'; readonly access: NatsAccess; readonly shown: string };

type Environment = Readonly<Record<string, string | undefined>>;

interface Given {
  readonly nats?: string | undefined;
  readonly 'nats-creds'?: string | undefined;
}

/**
 * Reads `--nats` and the credentials that go with it.
 *
 * @throws UsageError
 */
export async function natsTarget(
  { nats, 'nats-creds': file }: Given,
  { fallback, env }: { readonly fallback: 'auto' | 'none'; readonly env: Environment },
): Promise<NatsTarget> {
  const text = nats ?? fallback;
  if (text !== 'auto' && text !== 'none') {
    return { kind: 'servers', ...(await natsServers({ text, shownAs: '--nats', file, env })) };
  }
  if (file !== undefined) throw new UsageError('--nats-creds: only used together with --nats URL');
  return { kind: text };
}

interface ServersRequest {
  readonly text: string;
  readonly shownAs: string;
  readonly file?: string | undefined;
  readonly env: Environment;
}

/** Reads URLs, and the credentials that go with them. @throws UsageError */
export async function natsServers({
  text,
  shownAs,
  file,
  env,
}: ServersRequest): Promise<{ access: NatsAccess; shown: string }> {
  const { servers, isTls, shown } = parseServers(text, shownAs);
  const credentials = await readCredentials(file, env);
  if (!isTls) refuseToTell(credentials, servers, shownAs);
  return { access: { servers, credentials, tls: isTls ? await tlsFiles(env) : undefined }, shown };
}

/** Passwords and tokens are sent as they are; with nkeys the server gets no more than a signature. */
function refuseToTell(
  { kind }: NatsCredentials,
  servers: readonly string[],
  shownAs: string,
): void {
  const afar = servers.find((server) => !isLoopback(parseAddress(server)?.host ?? ''));
  if ((kind !== 'user' && kind !== 'token') || afar === undefined) return;
  const what = kind === 'user' ? 'password' : 'token';
  throw new UsageError(
    `${shownAs}: the ${what} for ${afar} would cross the network unencrypted: say tls://, with ` +
      'NATS_CA where the authority is not one that the system knows',
  );
}
