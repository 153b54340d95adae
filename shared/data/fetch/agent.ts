import { EnvHttpProxyAgent, interceptors } from 'undici';
import type { Dispatcher } from 'undici';

export interface AgentTimeouts {
  readonly connectMs: number;
  /** Longest silence: before an answer, and within it. */
  readonly idleMs: number;
}

/** Short enough to say soon that there is no network. */
export const DEFAULT_TIMEOUTS: AgentTimeouts = { connectMs: 5_000, idleMs: 30_000 };

const MOST_REDIRECTIONS = 5;

/** Connects by way of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and follows redirections. */
export function createAgent({ connectMs, idleMs }: AgentTimeouts = DEFAULT_TIMEOUTS): Dispatcher {
  return new EnvHttpProxyAgent({
    connect: { timeout: connectMs },
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
  }).compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTIONS }));
}
