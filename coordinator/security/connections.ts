import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { asError } from '../../shared/errors.ts';
import { hasCode } from '../../shared/durable-files.ts';

export interface ConnectionLimits {
  /** More at a time are closed at once. */
  readonly most: number;
  /** A connection on which no call was let in for so long is closed. */
  readonly admissionMs: number;
}

/** Many more than a cluster has GPUs; each costs some 50 kB. */
export const CONNECTION_LIMITS: ConnectionLimits = { most: 2_000, admissionMs: 10_000 };

/**
 * The open connections of the port for workers, whatever is spoken on them. Those who connect and
 * then say nothing, say it byte by byte, or something else than what is spoken here, are told apart
 * from workers by one thing: no call of theirs is let in.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #take: (socket: Socket) => void;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  /** Those not let in yet, by the peer's ADDRESS:PORT. */
  readonly #waiting = new Map<string, NodeJS.Timeout>();

  /** @param take - speaks with a new connection */
  constructor(take: (socket: Socket) => void, limits: ConnectionLimits = CONNECTION_LIMITS) {
    this.#take = take;
    this.#limits = limits;
  }

  /**
   * Listens on every address that a name has here.
   *
   * @returns the port, where 0 took any free one
   * @throws the error of the operating system
   */
  async listen(host: string, port: number): Promise<number> {
    const addresses = await lookup(host, { all: true });
    let bound = port;
    let absent: unknown;
    for (const { address } of addresses) {
      try {
        bound = await this.#listenOn(address, bound);
      } catch (error) {
        // "localhost" may have an IPv6 address where there is no IPv6.
        if (!hasCode(error, 'EADDRNOTAVAIL') && !hasCode(error, 'EAFNOSUPPORT')) throw error;
        absent = error;
      }
    }
    if (this.#servers.length === 0) throw asError(absent);
    return bound;
  }

  /** A call of this peer was let in. */
  admit(peer: string): void {
    clearTimeout(this.#waiting.get(peer));
    this.#waiting.delete(peer);
  }

  /** Takes no more connections. */
  refuse(): void {
    for (const server of this.#servers) server.close();
  }

  /** Closes all that are open. */
  close(): void {
    this.refuse();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listenOn(host: string, port: number): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    server.maxConnections = this.#limits.most;
    server.listen({ host, port });
    await once(server, 'listening');
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // It may have gone again.
    if (remoteAddress === undefined) return void socket.destroy();
    const peer = `${remoteAddress}:${remotePort}`;
    const timer = setTimeout(() => socket.destroy(), this.#limits.admissionMs).unref();
    this.#waiting.set(peer, timer);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      clearTimeout(timer);
      // Its port may have been given to another connection already.
      if (this.#waiting.get(peer) === timer) this.#waiting.delete(peer);
    });
    socket.on('error', () => undefined);
    this.#take(socket);
  }
}
