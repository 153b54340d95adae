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
