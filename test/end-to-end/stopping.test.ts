import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
  eventsOf,
  foldwise,
  processesWith,
  untilEvent,
  untilNoProcessWith,
  withWorkshop,
} from '../helpers/foldwise.ts';

/** Long enough never to end by itself during the test. */
const endless = (data: string): string[] => [
  ...['train', '--data', data, '--folds', '2', '--epochs', '100000', '--batch-size', '64'],
  ...['--workers', '2', '--json'],
];

const stops = test.macro(async (t, signal: NodeJS.Signals, exitCode: number) => {
  await withWorkshop(async ({ dir, env, mark, data }) => {
    const out = path.join(dir, 'run');
    const running = foldwise([...endless(data), '--out', out], { ...env, TMPDIR: dir });
    const events = eventsOf(running);
    await untilEvent(events, 'fold.epoch');
    t.true((await processesWith(mark)).length >= 3);
    running.kill(signal);
    await untilEvent(events, 'run.cancelled');
    const ended = await running;
    t.is(ended.exitCode, exitCode, ended.stderr);
    t.notRegex(ended.stderr, / {4}at /, 'no stack trace');
    await untilNoProcessWith(mark);
    t.false(existsSync(path.join(out, 'report.json')));
    t.false(existsSync(path.join(out, 'model')));
    const left = (await readdir(dir)).filter((name) => name.startsWith('foldwise-attempt-'));
    t.deepEqual(left, [], 'no temporary folder is left');
  });
});

test.serial('SIGINT ends a run with 130 and leaves no process behind', stops, 'SIGINT', 130);
test.serial('SIGTERM ends a run with 143 and leaves no process behind', stops, 'SIGTERM', 143);

test.serial(
  'when the whole program is killed, its workers and trainers end by themselves',
  async (t) => {
    await withWorkshop(async ({ dir, env, mark, data }) => {
      const out = path.join(dir, 'run');
      const running = foldwise([...endless(data), '--out', out], env);
      await untilEvent(eventsOf(running), 'fold.epoch');
      t.true((await processesWith(mark)).length >= 3);
      running.kill('SIGKILL');
      await running;
      await untilNoProcessWith(mark);
      t.pass();
    });
  },
);

test.serial(
  'a signal to the whole group, as from a terminal, stops everything in order',
  async (t) => {
    await withWorkshop(async ({ dir, env, mark, data }) => {
      const out = path.join(dir, 'run');
      const running = foldwise([...endless(data), '--out', out], env);
      const events = eventsOf(running);
      await untilEvent(events, 'fold.epoch');
      for (const pid of await processesWith(mark)) process.kill(pid, 'SIGINT');
      await untilEvent(events, 'run.cancelled');
      t.is((await running).exitCode, 130);
      await untilNoProcessWith(mark);
    });
  },
);

test.serial('a local worker that is killed is started again and the run completes', async (t) => {
  await withWorkshop(async ({ dir, env, mark, data }) => {
    const out = path.join(dir, 'run');
    const args = ['--data', data, '--folds', '2', '--epochs', '3', '--workers', '1', '--json'];
    const running = foldwise(['train', ...args, '--out', out], env);
    const events = eventsOf(running);
    await untilEvent(events, 'fold.epoch');
    const others = (await processesWith(mark)).filter((pid) => pid !== running.pid);
    for (const pid of others) process.kill(pid, 'SIGKILL');
    await untilEvent(events, 'fold.lost');
    await untilEvent(events, 'run.finished');
    t.is((await running).exitCode, 0);
  });
});
