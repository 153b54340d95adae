import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import test from 'ava';
import { connectNats } from '../../../shared/nats/client.ts';
import { NatsProblem } from '../../../shared/nats/problem.ts';
import { createTestCerts } from '../../helpers/test-certs.ts';

const certs = await createTestCerts();
const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-hang-up-'));
const caFile = path.join(folder, 'ca.crt');
await writeFile(caFile, certs.ca);
test.after.always(() => rm(folder, { recursive: true, force: true }));

const HOW = {
  'in good order': (socket: Socket) => socket.destroy(),
  'by a reset': (socket: Socket) => socket.resetAndDestroy(),
} as const;
type HangUp = (socket: Socket) => void;

const INFO = { server_id: 'x', version: '2.10.0', proto: 1, max_payload: 1_048_576 };

/** A server of NATS that asks for TLS, and hangs up without a word of why. */
const WHEN = {
  'after the greeting': (socket, hangUp) => setImmediate(hangUp, socket),
  'before the handshake': (socket, hangUp) => socket.once('data', () => hangUp(socket)),
  'after the handshake': (socket, hangUp) => secured(socket).once('secure', () => hangUp(socket)),
  'at the first words after it': (socket, hangUp) =>
    secured(socket).once('data', () => hangUp(socket)),
} satisfies Record<string, (socket: Socket, hangUp: HangUp) => unknown>;

function secured(socket: Socket): TLSSocket {
  const { certificate: cert, key } = certs.coordinator;
  const peer = new TLSSocket(socket, { isServer: true, ...{ cert, key } });
  return peer.on('error', () => undefined);
}

/** What somebody is told who connects to such a server. */
async function toldBy(serve: (socket: Socket) => unknown): Promise<NatsProblem> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(`INFO ${JSON.stringify({ ...INFO, tls_required: true })}\r\n`);
    serve(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const access = {
    ...{ servers: [`127.0.0.1:${port}`], tls: { caFile } },
    credentials: { kind: 'none' },
  } as const;
  const options = { signal: new AbortController().signal, onDenied: () => undefined };
  try {
    const link = await connectNats(access, options);
    await link.close();
    throw new Error('it let us in');
  } catch (error) {
    if (error instanceof NatsProblem) return error;
    throw error;
  } finally {
    server.close();
  }
}

for (const how of Object.keys(HOW) as (keyof typeof HOW)[]) {
  for (const when of ['after the handshake', 'at the first words after it'] as const) {
    test(`who hangs up ${when}, ${how}, may not like our certificate`, async (t) => {
      const problem = await toldBy((socket) => WHEN[when](socket, HOW[how]));
      // It may have been stopped as well: worth another attempt.
      t.is(problem.kind, 'unreachable');
      t.regex(problem.message, /^it hangs up .* refuse our certificate.*NATS_CERT and NATS_KEY/);
    });
  }
  for (const when of ['after the greeting', 'before the handshake'] as const) {
    test(`who hangs up ${when}, ${how}, knows no certificate of ours`, async (t) => {
      const problem = await toldBy((socket) => WHEN[when](socket, HOW[how]));
      t.is(problem.kind, 'unreachable');
      t.regex(problem.message, /ECONNRESET|socket disconnected/);
      t.notRegex(problem.message, /NATS_CERT/);
    });
  }
}
