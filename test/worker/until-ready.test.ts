import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import test from 'ava';
import { Connection } from '../../worker/connection.ts';
import { SessionLost } from '../../worker/session.ts';
import { untilReady } from '../../worker/until-ready.ts';

/** What a worker says of an address that it cannot connect to. */
async function saidOf(port: number): Promise<string> {
  const connection = new Connection(`127.0.0.1:${port}`);
  try {
    await untilReady(connection, new AbortController().signal);
    return 'ready';
  } catch (error) {
    return error instanceof SessionLost ? error.message : String(error);
  } finally {
    connection.close();
  }
}

test('nobody there, and somebody who ends every connection, are told apart', async (t) => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const refused = await saidOf(port);
  t.regex(refused, /^no connection with 127\.0\.0\.1:\d+, where something listens .*--tls-ca/);
  server.close();
  await once(server, 'close');
  t.is(await saidOf(port), `no coordinator at 127.0.0.1:${port}`);
});
