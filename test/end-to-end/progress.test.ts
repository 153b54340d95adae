import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from 'nats';
import type { RecordedEvent } from '../../shared/events.ts';
import {
  eventsOf,
  foldwise,
  processesWith,
  type Running,
  untilEvent,
  untilNoProcessWith,
  withWorkshop,
} from '../helpers/foldwise.ts';
import { natsTest, withNatsServer } from '../helpers/with-nats-server.ts';

const train = (data: string, epochs: number): string[] => [
  ...['train', '--data', data, '--limit', '100', '--folds', '2', '--batch-size', '50'],
  ...['--epochs', String(epochs)],
];
const short = (data: string): string[] => train(data, 2);
const endless = (data: string): string[] => train(data, 100_000);

async function linesOf(out: string): Promise<string[]> {
  return (await readFile(path.join(out, 'events.ndjson'), 'utf8')).trimEnd().split('\n');
}

/** Waits until the program has said something on standard error, which stays open. */
function untilSaid({ stderr }: Running, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  return new Promise((resolve, reject) => {
    stderr.on('data', (chunk) => {
      text += String(chunk);
      const found = pattern.exec(text);
      if (found) resolve(found);
    });
    stderr.once('end', () => reject(new Error(`not said: ${pattern}; but: ${text}`)));
  });
}

async function serverOf(running: Running): Promise<string> {
  const [, url] = await untilSaid(running, /foldwise watch --nats (nats:\/\/127\.0\.0\.1:\d+)\n/);
  return url!;
}

natsTest('an independent subscriber hears every epoch, and all else, in order', async (t) => {
  await withNatsServer(async ({ url, client }) => {
    await withWorkshop(async ({ dir, env, data }) => {
      const subscription = (await client()).subscribe('foldwise.v1.>');
      const out = path.join(dir, 'run');
      const running = foldwise(
        [...short(data), '--run', 'heard', '--nats', url, '--out', out],
        env,
      );
      const heard: string[] = [];
      for await (const message of subscription) {
        const text = message.string();
        heard.push(text);
        const event = JSON.parse(text) as RecordedEvent;
        const fold = event.type.startsWith('fold.') && 'fold' in event ? `.${event.fold}` : '';
        const [scope, name] = event.type.split('.');
        t.is(message.subject, `foldwise.v1.heard.${scope}${fold}.${name}`);
        if (event.type === 'run.finished') break;
      }
      t.deepEqual(heard, await linesOf(out));
      const epochs = heard.map((text) => JSON.parse(text) as RecordedEvent);
      t.is(epochs.filter(({ type }) => type === 'fold.epoch').length, 4);
      t.is((await running).exitCode, 0, (await running).stderr);
    });
  });
});

natsTest('train brings a server; who watches sees the run to its end', async (t) => {
  await withWorkshop(async ({ dir, env, mark, data }) => {
    const out = path.join(dir, 'run');
    const running = foldwise([...short(data), '--out', out], { ...env, TMPDIR: dir });
    const url = await serverOf(running);
    const watching = [
      foldwise(['watch', '--nats', url, '--json'], env),
      foldwise(['watch', '--json'], { ...env, NATS_URL: url }),
      foldwise(['watch', '--nats', url], env),
    ];
    t.is((await running).exitCode, 0, (await running).stderr);
    const [one, two, people] = await Promise.all(watching);
    for (const watcher of [one, two, people]) t.is(watcher!.exitCode, 0, watcher!.stderr);
    const lines = await linesOf(out);
    t.deepEqual(one!.stdout.split('\n'), lines);
    t.deepEqual(two!.stdout.split('\n'), lines);
    t.regex(people!.stdout, /^Run \S+ finished\nValidation .*\nSelected .*\nTest .*%/);
    t.deepEqual(await processesWith(mark), []);
    t.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith('foldwise-nats-')),
      [],
    );
  });
});

natsTest('a killed train leaves neither server nor store; a watcher can be stopped', async (t) => {
  await withWorkshop(async ({ dir, env, mark, data }) => {
    const out = path.join(dir, 'run');
    const running = foldwise([...endless(data), '--json', '--out', out], { ...env, TMPDIR: dir });
    const url = await serverOf(running);
    const watcher = foldwise(['watch', '--nats', url, '--json'], env);
    const isLost = untilSaid(watcher, /the connection to NATS was lost; trying again/);
    await untilEvent(eventsOf(watcher), 'fold.epoch');
    t.is(readdirSync(dir).filter((name) => name.startsWith('foldwise-nats-')).length, 1);
    running.kill('SIGKILL');
    await running;
    await isLost;
    watcher.kill('SIGINT');
    t.is((await watcher).exitCode, 130, (await watcher).stderr);
    await untilNoProcessWith(mark);
    t.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith('foldwise-nats-')),
      [],
    );
  });
});

natsTest('a cancelled run says so to who watches, whose exit code is 1', async (t) => {
  await withWorkshop(async ({ dir, env, mark, data }) => {
    const out = path.join(dir, 'run');
    const running = foldwise([...endless(data), '--json', '--out', out], env);
    const url = await serverOf(running);
    const watcher = foldwise(['watch', '--nats', url], env);
    await untilEvent(eventsOf(running), 'fold.epoch');
    running.kill('SIGINT');
    t.is((await running).exitCode, 130);
    const { exitCode, stderr } = await watcher;
    t.is(exitCode, 1);
    t.regex(stderr, /error: run \S+ was cancelled: stopped by SIGINT$/);
    await untilNoProcessWith(mark);
  });
});

natsTest('a server out of reach is a warning, and the run is complete', async (t) => {
  await withNatsServer(
    async ({ url }) => {
      await withWorkshop(async ({ dir, env, data }) => {
        const out = path.join(dir, 'run');
        const args = [...train(data, 1), '--quiet', '--nats', url, '--out', out];
        const { exitCode, stdout, stderr } = await foldwise(args, env);
        t.is(exitCode, 0, stderr);
        t.true(stdout.endsWith('run/report.html'));
        const [first, second, ...more] = stderr.split('\n');
        t.regex(first!, /^warning: progress does not reach NATS at .*; the run goes on/);
        t.regex(second!, /^warning: \d+ events did not reach NATS/);
        t.deepEqual(more, []);
      });
    },
    { isStarted: false },
  );
});

natsTest('a server killed and started again in the middle of a run misses nothing', async (t) => {
  await withNatsServer(async (server) => {
    await withWorkshop(async ({ dir, env, data }) => {
      const out = path.join(dir, 'run');
      const args = [...train(data, 4), '--json', '--nats', server.url, '--out', out];
      const running = foldwise(args, env);
      const watcher = foldwise(['watch', '--nats', server.url, '--json'], env);
      const events = eventsOf(running);
      await untilEvent(events, 'fold.epoch');
      await server.kill();
      await untilEvent(events, 'fold.epoch');
      await server.start();
      await untilEvent(events, 'run.finished');
      t.is((await running).exitCode, 0, (await running).stderr);
      const lines = await linesOf(out);
      const { exitCode, stdout } = await watcher;
      t.is(exitCode, 0);
      t.deepEqual(stdout.split('\n'), lines);
      const client = await connect({ servers: server.url });
      const { state } = await (await client.jetstreamManager()).streams.info('FOLDWISE');
      t.is(state.messages, lines.length);
      await client.close();
    });
  });
});

natsTest('credentials in a URL are misuse, and are not repeated', async (t) => {
  await withWorkshop(async ({ dir, env, data }) => {
    const out = path.join(dir, 'run');
    const args = [...short(data), '--nats', 'nats://me:s3cret@127.0.0.1:4222', '--out', out];
    const { exitCode, stdout, stderr } = await foldwise(args, env);
    t.is(exitCode, 2);
    t.notRegex(stdout + stderr, /s3cret/);
    t.regex(stderr, /^error: --nats: credentials do not belong into a URL/);
    t.false(existsSync(out));
  });
});
