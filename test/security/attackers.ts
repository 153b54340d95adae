import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { createToken, authorizationOf } from '../../shared/security/token.ts';
import { clientSettings } from '../../shared/security/client-access.ts';
import { encodeWorkerMessage, type Hello } from '../../shared/wire/session.ts';
import { loadContract } from '../../shared/wire/contract.ts';
import { hello } from '../helpers/scripted-worker.ts';
import { METHODS, outcomeOf } from '../helpers/with-door.ts';

/** Peers that mean harm, against a port of 127.0.0.1; each returns once it is through. */
export interface Target {
  readonly port: number;
  /** What opens the door; some attackers have it. */
  readonly token: string;
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const GARBAGE = [
  Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251)),
  Buffer.from('GET / HTTP/1.1\r\nHost: foldwise\r\n\r\n'),
  Buffer.alloc(65_536),
  Buffer.from([0x16, 3, 1, 0xff, 0xff, 1, 0, 0xff, 0xff]),
  // An endless frame.
  Buffer.concat([
    PREFACE,
    Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]),
    Buffer.alloc(65_536, 1),
  ]),
  Buffer.alloc(0),
];

export async function garbage({ port }: Target): Promise<void> {
  for (const bytes of GARBAGE) {
    const socket = await open(port);
    socket.end(bytes);
    // It may wait for more, until it is shut out; that is what loris looks at.
    setTimeout(() => socket.destroy(), 20);
    await closed(socket);
  }
}

/** Many that connect at once and are gone. */
export async function crowd({ port }: Target): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: 200 }, () => open(port)));
  for (const socket of sockets) socket.destroy();
  await Promise.all(sockets.map(closed));
}

/** Those who hold a connection and send next to nothing. @returns when all were shut out */
export async function loris({ port }: Target, count = 20): Promise<void> {
  const silent = Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const socket = await open(port);
      socket.write(PREFACE.subarray(0, index % PREFACE.length));
      await closed(socket);
    }),
  );
  const speaking = Array.from({ length: count }, async () => {
    const session: ClientHttp2Session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on('error', () => undefined);
    const headers = { ':path': '/foldwise.v1.Coordinator/Session', ':method': 'POST' };
    const stream = session.request(headers, { endStream: false });
    stream.on('error', () => undefined).resume();
    await once(session, 'close');
  });
  await Promise.all([silent, ...speaking]);
}

/** Calls of every kind with another token, the wrong way, or none. */
export async function wrongTokens({ port }: Target): Promise<void> {
  for (const shown of [createToken(), '', 'x'.repeat(6000)]) {
    const client = clientOf(port, shown);
    const codes = await Promise.all(METHODS.map((method) => outcomeOf(client, method)));
    client.close();
    if (codes.includes(status.OK)) throw new Error('it was let in');
  }
}

/** Messages larger than any may be, from those with and without the token. */
export async function oversize({ port, token }: Target): Promise<void> {
  for (const shown of [token, createToken()]) {
    const client = clientOf(port, shown);
    const code = await new Promise<status | undefined>((resolve) => {
      const call = client.upload((error) => resolve(error?.code));
      const data = Buffer.alloc(8 * 2 ** 20);
      call.write({ chunk: { offset: 0, data, crc32: 0 } }, () => undefined);
    });
    client.close();
    if (code === undefined) throw new Error('it was let in');
  }
}

const text = fc.string({ maxLength: 300 });
const strangeHello = fc.record<Hello>({
  protocol: fc.oneof(fc.constant(0), fc.integer({ min: 1000, max: 100_000 })),
  ...{ foldwise: text, host: text, engine: text },
  pid: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  cores: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});
const MOST_FUZZED = 30;

/** Greetings of other versions, bent messages and plain noise, from those who have the token. */
export async function fuzzedGreetings({ port, token }: Target, seed: number): Promise<void> {
  const { path, requestSerialize } = loadContract().Coordinator.service.Session;
  const greetings = fc.sample(strangeHello, { seed, numRuns: MOST_FUZZED });
  const noise = fc.sample(fc.uint8Array({ maxLength: 400 }), { seed, numRuns: MOST_FUZZED });
  const whole = requestSerialize(encodeWorkerMessage({ body: 'hello', hello }));
  const bent = noise.map((bytes, index) => {
    const copy = Buffer.from(whole);
    copy[index % copy.length] = bytes[0] ?? 0xff;
    return copy.subarray(0, copy.length - 1 - (index % 5));
  });
  const strange = greetings.map((said) =>
    requestSerialize(encodeWorkerMessage({ body: 'hello', hello: said })),
  );
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', authorizationOf(token));
  const same = (bytes: Buffer): Buffer => bytes;
  for (const bytes of [...strange, ...bent, ...noise.map((some) => Buffer.from(some))]) {
    const call = client.makeBidiStreamRequest(path, same, same, metadata);
    const over = new Promise((resolve) => call.once('error', resolve).once('end', resolve));
    call.resume();
    call.end(bytes);
    await over;
  }
  client.close();
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined).resume();
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket;
}

const closed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
};

function clientOf(port: number, token: string) {
  const { Coordinator } = loadContract();
  const address = `127.0.0.1:${port}`;
  const { credentials, options } = clientSettings(token === '' ? {} : { token }, address);
  return new Coordinator(address, credentials, {
    ...options,
    'grpc.use_local_subchannel_pool': 1,
  });
}
