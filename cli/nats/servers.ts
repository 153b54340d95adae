import { UsageError } from '../../shared/errors.ts';
import { CREDENTIALS_HINT } from './credentials.ts';
import { formatAddress, parseAddress } from '../address.ts';

/** Servers to connect to, one after the other. */
export interface NatsServers {
  /** HOST:PORT each. */
  readonly servers: readonly string[];
  readonly isTls: boolean;
  /** As URLs, for messages. */
  readonly shown: string;
}

const DEFAULT_PORT = 4222;

/**
 * Reads `nats://HOST:PORT` or `tls://HOST:PORT`, several separated by commas; the port may be left
 * out. What was given is not repeated where it may hold a password.
 *
 * @param shownAs names its source in messages
 * @throws UsageError
 */
export function parseServers(text: string, shownAs: string): NatsServers {
  const parsed = text.split(',').map((url) => parseServer(url.trim(), shownAs));
  const [first] = parsed;
  const isTls = first?.isTls ?? false;
  if (parsed.some((server) => server.isTls !== isTls)) {
    throw new UsageError(`${shownAs}: expected either nats:// or tls:// in all URLs, got both`);
  }
  const servers = parsed.map(({ address }) => address);
  const shown = servers.map((address) => `${isTls ? 'tls' : 'nats'}://${address}`).join(',');
  return { servers, isTls, shown };
}

function parseServer(url: string, shownAs: string): { address: string; isTls: boolean } {
  if (url.includes('@')) {
    throw new UsageError(
      `${shownAs}: credentials do not belong into a URL, where others can read them: ` +
        CREDENTIALS_HINT,
    );
  }
  const [, scheme, rest = ''] = /^(nats|tls):\/\/([^/?#]+)\/?$/.exec(url) ?? [];
  const address = parseAddress(/:\d+$/.test(rest) ? rest : `${rest}:${DEFAULT_PORT}`);
  if (!scheme || !address || address.port === 0) {
    const given = JSON.stringify(url.length > 80 ? `${url.slice(0, 80)}…` : url);
    throw new UsageError(
      `${shownAs}: expected a URL such as nats://127.0.0.1:4222 or tls://HOST:4222, got ${given}`,
    );
  }
  return { address: formatAddress(address), isTls: scheme === 'tls' };
}
