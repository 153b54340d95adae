import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'ava';
import { pino } from 'pino';
import { runWorker } from '../../worker/run.ts';

const log = pino({ level: 'silent' });

test('a coordinator whose name is not known is looked for again, and the name is told', async (t) => {
  const controller = new AbortController();
  const told: string[] = [];
  const enough = new Error('enough');
  await t.throwsAsync(
    runWorker({
      coordinator: 'no-such-host.invalid:50051',
      signal: controller.signal,
      log,
      onState: (line) => {
        told.push(line);
        controller.abort(enough);
      },
    }),
    { is: enough },
  );
  t.regex(told.join('\n'), /the name no-such-host\.invalid is not known here; trying again/);
});

test('a worker that is stopped while it looks for its coordinator stops', async (t) => {
  const controller = new AbortController();
  const enough = new Error('enough');
  const stopped = runWorker({
    coordinator: '127.0.0.1:9',
    signal: controller.signal,
    log,
    onState: () => t.fail('it was stopped before its patience was over'),
  });
  controller.abort(enough);
  await t.throwsAsync(stopped, { is: enough });
});

test('where something listens that it cannot connect to, a worker warns and does not give up', async (t) => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const controller = new AbortController();
  const enough = new Error('enough');
  const warned: string[] = [];
  const write = (line: string): void => {
    warned.push(line);
    controller.abort(enough);
  };
  await t.throwsAsync(
    runWorker({
      coordinator: `127.0.0.1:${port}`,
      signal: controller.signal,
      log: pino({ level: 'warn' }, { write }),
      onState: (line) => t.fail(line),
    }),
    { is: enough },
  );
  t.regex(warned.join('\n'), /where something listens .*--tls-ca.*; trying again/);
  server.close();
});
