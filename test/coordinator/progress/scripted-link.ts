import type { NatsLink } from '../../../shared/nats/link.ts';
import { NatsProblem } from '../../../shared/nats/problem.ts';

/** A server that does what the test tells it, behind as many links as are asked for. */
export function scriptedServer() {
  const log: string[] = [];
  const server = {
    log,
    isUp: true,
    hasJetStream: true,
    hasStream: false,
    /** Fails the next calls, one each. */
    failures: [] as NatsProblem[],
    links: 0,
    connect: (): Promise<NatsLink> => {
      if (!server.isUp) return Promise.reject(new NatsProblem('unreachable', 'nobody there'));
      server.links += 1;
      return Promise.resolve(link());
    },
  };
  const next = (): void => {
    const failure = server.failures.shift();
    if (failure) throw failure;
    if (!server.isUp) throw new NatsProblem('unreachable', 'the connection was lost');
  };
  const link = (): NatsLink => {
    let hangUp: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (hangUp = resolve));
    return {
      server: 'scripted:4222',
      closed,
      ensureStream: () => {
        server.hasStream = server.hasJetStream;
        return Promise.resolve(server.hasJetStream ? undefined : { why: 'no JetStream' });
      },
      // eslint-disable-next-line @typescript-eslint/require-await -- rejects where next() throws
      store: async (_subject, _payload, id) => {
        next();
        if (server.hasStream) log.push(`store ${id}`);
        return server.hasStream;
      },
      // eslint-disable-next-line @typescript-eslint/require-await -- as above
      publish: async (subject) => {
        next();
        log.push(`publish ${subject}`);
      },
      follow: () => Promise.reject(new Error('not scripted')),
      hasDelivered: () => Promise.resolve(true),
      close: () => {
        hangUp();
        return closed;
      },
    };
  };
  return server;
}
