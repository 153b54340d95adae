import { EnvHttpProxyAgent, interceptors } from 'undici';
import type { Dispatcher } from 'undici';

/** Short enough to say soon that there is no network. */
const CONNECT_TIMEOUT_MS = 5_000;
const MOST_REDIRECTIONS = 5;

/** Connects by way of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and follows redirections. */
export function createAgent(): Dispatcher {
  const connect = { timeout: CONNECT_TIMEOUT_MS };
  return new EnvHttpProxyAgent({
    connect,
    requestTls: connect,
    proxyTls: connect,
    // Many proxies open tunnels to port 443 only, and forward what is plain HTTP.
    proxyTunnel: false,
  }).compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTIONS }));
}
