import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import test from 'ava';
import { service as healthDefinition } from 'grpc-health-check';
import type { ServerAccess } from '../../coordinator/server.ts';
import { createToken } from '../../shared/security/token.ts';
import { createTestCerts } from '../helpers/test-certs.ts';
import { METHODS, outcomeOf, withDoor, type Door } from '../helpers/with-door.ts';

const certs = await createTestCerts();
const token = createToken();
const DOORS: Record<string, ServerAccess> = {
  'mutual TLS': { tls: { ...certs.coordinator, clientAuthority: certs.ca } },
  'plaintext with a token': { token },
};
const WORKERS = {
  'mutual TLS': { tls: { authority: certs.ca, own: certs.alice } },
  'plaintext with a token': { token },
};

const GARBAGE: Record<string, Buffer> = {
  'random bytes': Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251)),
  'a request of HTTP/1': Buffer.from('GET / HTTP/1.1\r\nHost: foldwise\r\n\r\n'),
  zeros: Buffer.alloc(65_536),
  'a TLS record that claims to be long': Buffer.from([0x16, 3, 1, 0xff, 0xff, 1, 0, 0xff, 0xff]),
  'the preface of HTTP/2 and an endless frame': Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]),
    Buffer.alloc(65_536, 1),
  ]),
  'nothing at all': Buffer.alloc(0),
};

/** Sends bytes to the port, and ends. */
async function throwAt({ port }: Door, bytes: Buffer): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  await once(socket, 'connect');
  socket.end(bytes);
  await closed(socket);
}

const closed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
};

for (const [kind, access] of Object.entries(DOORS)) {
  for (const [what, bytes] of Object.entries(GARBAGE)) {
    test(`${what} sent to a port of ${kind} harms nobody`, async (t) => {
      await withDoor(
        { ...access, connections: { most: 100, admissionMs: 5_000 } },
        async (door) => {
          const worker = door.client(WORKERS[kind as keyof typeof WORKERS]);
          const session = worker.session();
          const failed = new Promise((_, reject) => session.once('error', reject));
          for (let time = 0; time < 5; time += 1) await throwAt(door, bytes);
          session.end();
          session.resume();
          await Promise.race([once(session, 'end'), failed]);
          t.is(await outcomeOf(worker, 'FindUpload'), status.OK);
          t.deepEqual(
            door.seen.map(({ method }) => method),
            ['Session', 'FindUpload'],
          );
        },
      );
    });
  }
}

test('HTTP/2 without TLS gets nowhere on a port of TLS', async (t) => {
  await withDoor(DOORS['mutual TLS']!, async (door) => {
    const session = connectHttp2(`http://127.0.0.1:${door.port}`);
    const gone = new Promise((resolve) => session.once('close', resolve));
    session.on('error', () => undefined);
    const stream = session.request({ ':path': '/foldwise.v1.Coordinator/Session' });
    stream.on('error', () => undefined);
    await gone;
    t.deepEqual(door.seen, []);
  });
});

test('whoever connects and stays silent is shut out, a worker is not', async (t) => {
  const connections = { most: 100, admissionMs: 2_000 };
  await withDoor({ token, connections }, async (door) => {
    const client = door.client({ token });
    const worker = client.session();
    t.is(await outcomeOf(client, 'FindUpload'), status.OK);
    const silent = connect({ host: '127.0.0.1', port: door.port }).on('error', () => undefined);
    const slow = connectHttp2(`http://127.0.0.1:${door.port}`).on('error', () => undefined);
    await Promise.all([closed(silent.resume()), once(slow, 'close')]);
    t.false(worker.destroyed);
    worker.end();
    worker.resume();
    await once(worker, 'end');
    t.is(door.seen.length, 2);
  });
});

test('a handshake that never ends is ended', async (t) => {
  const access = { ...DOORS['mutual TLS']!, connections: { most: 100, admissionMs: 2_000 } };
  await withDoor(access, async (door) => {
    const silent = connect({ host: '127.0.0.1', port: door.port }).on('error', () => undefined);
    await once(silent, 'connect');
    silent.write(Buffer.from([0x16, 3, 1, 2]));
    await closed(silent.resume());
    // A whole handshake, and no call after it.
    const { certificate, key } = certs.alice;
    const options = { cert: certificate, key, ca: certs.ca, ALPNProtocols: ['h2'] };
    const idle = connectTls({ host: '127.0.0.1', port: door.port, ...options });
    idle.on('error', () => undefined);
    await closed(idle.resume());
    t.deepEqual(door.seen, []);
  });
});

test('more connections than allowed are closed, those that are there stay', async (t) => {
  await withDoor({ token, connections: { most: 3, admissionMs: 60_000 } }, async (door) => {
    const worker = door.client({ token });
    t.is(await outcomeOf(worker, 'FindUpload'), status.OK);
    const crowd = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = connect({ host: '127.0.0.1', port: door.port });
        socket.on('error', () => undefined).resume();
        await once(socket, 'connect');
        return socket;
      }),
    );
    await Promise.all(crowd.slice(2).map(closed));
    t.is(await outcomeOf(worker, 'FindUpload'), status.OK);
    for (const socket of crowd) socket.destroy();
  });
});

test('nothing that a stranger sends is read: a large message is refused by its token', async (t) => {
  await withDoor({ token }, async (door) => {
    const client = door.client({ token: createToken() });
    const code = await new Promise<status | undefined>((resolve) => {
      const call = client.upload((error) => resolve(error?.code));
      const data = Buffer.alloc(8 * 2 ** 20);
      call.write({ chunk: { offset: 0, data, crc32: 0 } }, () => undefined);
    });
    t.is(code, status.UNAUTHENTICATED);
    t.deepEqual(door.seen, []);
  });
});

test('calls of services that are not there, and headers without end, are refused', async (t) => {
  await withDoor({ token }, async (door) => {
    const client = new Client(`127.0.0.1:${door.port}`, credentials.createInsecure());
    const codeOf = (path: string, metadata = new Metadata()): Promise<status> =>
      new Promise((resolve) => {
        const same = (bytes: Buffer): Buffer => bytes;
        client.makeUnaryRequest(path, same, same, Buffer.alloc(0), metadata, (error) =>
          resolve(error?.code ?? 0),
        );
      });
    t.is(await codeOf('/foldwise.v1.Coordinator/Steal'), status.UNIMPLEMENTED);
    t.is(await codeOf('/grpc.health.v1.Health/../Coordinator/FindUpload'), status.UNIMPLEMENTED);
    const endless = new Metadata();
    endless.set('authorization', 'x'.repeat(100_000));
    t.not(await codeOf('/foldwise.v1.Coordinator/FindUpload', endless), status.OK);
    client.close();
    t.is(await outcomeOf(door.client({ token }), 'FindUpload'), status.OK);
  });
});

test('health is told without a token, and nothing else is', async (t) => {
  await withDoor({ token }, async (door) => {
    const client = new Client(`127.0.0.1:${door.port}`, credentials.createInsecure());
    const { path, requestSerialize, responseDeserialize } = healthDefinition['Check']!;
    const answer = await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { service: '' },
        (error, reply) => (error ? reject(error) : resolve(reply)),
      );
    });
    t.like(answer, { status: 'SERVING' });
    client.close();
    for (const method of METHODS) {
      t.is(await outcomeOf(door.client({}), method), status.UNAUTHENTICATED);
    }
  });
});
