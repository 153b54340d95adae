import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { chooseCores } from '../../bench/machine.ts';
import { openSide, type SideOptions } from '../../bench/side.ts';
import { processesWith } from '../helpers/foldwise.ts';

const train = { do: 'train', mode: 'eager', images: 10, batch: 10 } as const;
const READY = `console.log(JSON.stringify({ versions: { node: 'x' }, device: 'cpu' }));`;

const open = (script: string, changes: Partial<SideOptions> = {}) =>
  openSide({
    name: 'The side',
    file: process.execPath,
    args: ['-e', script],
    cores: chooseCores(undefined, false),
    signal: new AbortController().signal,
    ...changes,
  });

test('a side says what it is and answers each command', async (t) => {
  const side = await open(`${READY}
    process.stdin.on('data', (line) => {
      console.log('chatter');
      console.log(JSON.stringify({ seconds: JSON.parse(line).images / 10 }));
    });`);
  t.deepEqual(side.ready, { versions: { node: 'x' }, device: 'cpu' });
  t.deepEqual(await side.ask(train), { seconds: 1 });
  t.deepEqual(await side.ask({ ...train, images: 20 }), { seconds: 2 });
  t.true(side.peakMemoryBytes() > 1e6);
  await side.close();
});

test('a side that does not load is an error with its last words', async (t) => {
  const opening = open(`console.error('no engine'); process.exit(1);`);
  await t.throwsAsync(opening, { message: 'The side ended (exit code 1). no engine' });
});

test('a side that dies at work is an error, whatever it leaves behind', async (t) => {
  const side = await open(`${READY}
    require('child_process').spawn('sleep', ['60'], { stdio: 'inherit' });
    process.stdin.on('data', () => process.kill(process.pid, 'SIGKILL'));`);
  await t.throwsAsync(side.ask(train), { message: 'The side ended (SIGKILL).' });
  await side.close();
});

test('what a side cannot do is an answer', async (t) => {
  const side = await open(`${READY}
    process.stdin.on('data', () => console.log(JSON.stringify({ error: 'no compiler' })));`);
  t.deepEqual(await side.ask(train), { error: 'no compiler' });
  await side.close();
});

test('aborting ends a side with all that it has started', async (t) => {
  const controller = new AbortController();
  const mark = randomUUID();
  const side = await open(
    `require('child_process').spawn('sleep', ['60']);
     ${READY}
     process.stdin.resume();`,
    { signal: controller.signal, env: { FOLDWISE_TEST_MARK: mark } },
  );
  t.is((await processesWith(mark)).length, 2);
  const asked = side.ask(train);
  controller.abort(new Error('enough'));
  await t.throwsAsync(asked, { message: 'enough' });
  await side.close();
  while ((await processesWith(mark)).length > 0) await setImmediate();
  t.pass();
});
