import { createServer } from 'node:net';
import { once } from 'node:events';
import test from 'ava';
import { foldwise, withWorkshop, type Running } from '../helpers/foldwise.ts';

/** Resolves once the program has said that it looks for its coordinator. */
async function looking({ stderr }: Running): Promise<void> {
  let text = '';
  while (!text.includes('looking for a coordinator')) {
    const [data] = (await once(stderr, 'data')) as [Buffer | string];
    text += data.toString();
  }
}

/** An address at which nobody answers. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '';
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2'] as const) {
  test(`a worker that is stopped by ${signal} before the run is done exits with 75`, async (t) => {
    await withWorkshop(async ({ env }) => {
      const worker = foldwise(['worker', '--coordinator', await deadAddress()], env);
      await looking(worker);
      worker.kill(signal);
      const { exitCode, stderr } = await worker;
      t.is(exitCode, 75);
      t.regex(stderr, new RegExp(`stopped by ${signal}`));
    });
  });
}

test('another exit code may be asked for, as Grid Engine wants 99 to queue a job again', async (t) => {
  await withWorkshop(async ({ env }) => {
    const args = ['--coordinator', await deadAddress(), '--drain-exit-code', '99'];
    const worker = foldwise(['worker', ...args], env);
    await looking(worker);
    worker.kill('SIGUSR2');
    t.is((await worker).exitCode, 99);
  });
});

test('an exit code that means success is refused', async (t) => {
  await withWorkshop(async ({ env }) => {
    const { exitCode, stderr } = await foldwise(['worker', '--drain-exit-code', '0'], env);
    t.is(exitCode, 2);
    t.regex(stderr, /--drain-exit-code: expected a whole number from 1 to 255/);
  });
});
