import test from 'ava';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { listen } from '../../coordinator/server.ts';
import {
  loadContract,
  type CoordinatorHandlers,
  type CoordinatorMessage,
} from '../../shared/wire/contract.ts';
import { handlers } from '../helpers/with-door.ts';

/** Keeps this process from doing anything else, as a machine that is too busy does. */
const standStill = (durationMs: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);

test('a coordinator that stands still while it closes says all that it had to say', async (t) => {
  const graceMs = 100;
  let closed: Promise<void> | undefined;
  const listener = await listen(
    { host: '127.0.0.1', port: 0 },
    {
      ...handlers(() => () => undefined),
      Session: (call: Parameters<CoordinatorHandlers['Session']>[0]) => {
        call.write({ done: { succeeded: true } });
        call.end();
        closed = listener.close(graceMs);
        standStill(2 * graceMs);
      },
    },
  );
  const { Coordinator } = loadContract();
  const address = `127.0.0.1:${listener.address.port}`;
  const client = new Coordinator(address, credentials.createInsecure());
  try {
    const stream = client.session();
    const heard: (keyof CoordinatorMessage | undefined)[] = [];
    stream.on('data', ({ body }: CoordinatorMessage) => heard.push(body));
    const ended = await new Promise<string>((resolve) => {
      stream.on('error', ({ message }: ServiceError) => resolve(message));
      stream.on('end', () => resolve('properly'));
    });
    t.deepEqual([heard, ended], [['done'], 'properly']);
    await closed;
  } finally {
    client.close();
  }
});

test('a peer that never ends its call is not waited for longer than said', async (t) => {
  let isReached: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (isReached = resolve));
  const listener = await listen(
    { host: '127.0.0.1', port: 0 },
    { ...handlers(() => () => undefined), Session: () => isReached() },
  );
  const { Coordinator } = loadContract();
  const address = `127.0.0.1:${listener.address.port}`;
  const client = new Coordinator(address, credentials.createInsecure());
  const stream = client.session();
  const failed = new Promise<boolean>((resolve) => stream.on('error', () => resolve(true)));
  await reached;
  await listener.close(100);
  t.true(await failed);
  client.close();
});
