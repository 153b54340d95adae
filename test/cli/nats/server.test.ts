import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { connect } from 'nats';
import { findNatsServer, startNatsServer } from '../../../cli/nats/server.ts';
import { FoldwiseError } from '../../../shared/errors.ts';
import { connectNats } from '../../../shared/nats/client.ts';
import { natsTest } from '../../helpers/with-nats-server.ts';
import { withFolder } from '../command-line.ts';

const GUARD = fileURLToPath(new URL('../../../cli/nats/guard.sh', import.meta.url));
const { signal } = new AbortController();

const script = async (folder: string, name: string, lines: string): Promise<string> => {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
  return file;
};

test('nats-server is found on the PATH, and then where systems keep servers', async (t) => {
  await withFolder(async (folder) => {
    const [first, second] = [path.join(folder, 'a'), path.join(folder, 'b')];
    await mkdir(path.join(first, 'nats-server'), { recursive: true });
    await mkdir(second);
    t.is(findNatsServer({ PATH: `${first}:${second}` }, []), undefined, 'a folder is no program');
    const program = await script(second, 'nats-server', 'exit 0');
    t.is(findNatsServer({ PATH: `${first}:relative::${second}` }, []), program);
    t.is(findNatsServer({ PATH: first }, [second]), program);
    t.is(findNatsServer({}, [first]), undefined);
    await chmod(program, 0o644);
    t.is(findNatsServer({ PATH: second }, []), undefined, 'nor is a file that cannot be run');
  });
});

natsTest('a server of our own: private, with JetStream, and gone after its end', async (t) => {
  await withFolder(async (folder) => {
    const { TMPDIR } = process.env;
    process.env['TMPDIR'] = folder;
    const options = { program: findNatsServer(process.env)!, env: process.env, signal };
    const server = await startNatsServer({ ...options, logDir: path.join(folder, 'logs') });
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    const [store = ''] = readdirSync(folder).filter((name) => name.startsWith('foldwise-nats-'));
    t.is(statSync(path.join(folder, store)).mode & 0o777, 0o700);

    const link = await connectNats(server.access, { signal, onDenied: (what) => t.fail(what) });
    const stream = { name: 'FOLDWISE', description: '', subject: 'foldwise.v1.>', maxAgeMs: 1e9 };
    const settings = { ...stream, maxBytes: 1e6, duplicateWindowMs: 120_000 };
    t.is(await link.ensureStream(settings), undefined);
    t.true(await link.store('foldwise.v1.a-run.run.started', '{}', '1'));
    await link.close();

    const stranger = await connect({ servers: server.url, reconnect: false });
    const manager = await stranger.jetstreamManager();
    t.is((await manager.streams.info('FOLDWISE')).state.messages, 1, 'everybody may watch');
    const publish = stranger.jetstream().publish('foldwise.v1.a-run.run.started', '{}');
    await t.throwsAsync(publish, { code: 'PERMISSIONS_VIOLATION' }, 'but not forge');
    const purge = manager.streams.purge('FOLDWISE');
    await t.throwsAsync(purge, { code: 'PERMISSIONS_VIOLATION' }, 'nor erase');
    const all = stranger.request('$JS.API.ACCOUNT.PURGE.$G');
    await t.throwsAsync(all, { code: 'PERMISSIONS_VIOLATION' }, 'nor erase everything');
    const gone = stranger.closed();

    await server.stop(60_000);
    await gone;
    t.deepEqual(readdirSync(folder), ['logs']);
    t.regex(readFileSync(path.join(folder, 'logs/nats-server.log'), 'utf8'), /Server Exiting/);
  });
});

test('a server that does not start is a failure that names its log', async (t) => {
  await withFolder(async (folder) => {
    const program = await script(folder, 'nats-server', 'echo "no such luck"; exit 3');
    const logDir = path.join(folder, 'logs');
    const error = await t.throwsAsync(
      startNatsServer({ program, env: process.env, signal, logDir }),
      { instanceOf: FoldwiseError },
    );
    t.regex(error.message, /nats-server ended at once; see .*nats-server\.log$/);
    t.regex(readFileSync(path.join(logDir, 'nats-server.log'), 'utf8'), /no such luck/);
  });
});

test('starting that is given up leaves nothing behind', async (t) => {
  await withFolder(async (folder) => {
    const started = path.join(folder, 'started');
    const program = await script(
      folder,
      'nats-server',
      `echo $2 > ${started}.new; mv ${started}.new ${started}; exec sleep 600`,
    );
    const giveUp = new AbortController();
    const options = { program, env: process.env, logDir: folder, signal: giveUp.signal };
    const starting = startNatsServer(options);
    while (!existsSync(started)) await new Promise((resolve) => setImmediate(resolve));
    const store = path.dirname(readFileSync(started, 'utf8').trim());
    t.true(existsSync(store));
    giveUp.abort(new Error('enough'));
    await t.throwsAsync(starting, { message: 'enough' });
    t.false(existsSync(store));
  });
});

interface Guarded {
  readonly guard: ChildProcess;
  readonly store: string;
  readonly pid: number;
}

/** Runs a program under the guard, until it has said its process id. */
async function guarded(folder: string, lines: string): Promise<Guarded> {
  const store = path.join(folder, 'store with spaces');
  await mkdir(store);
  const program = await script(folder, 'program', `${lines}\nexec sleep 600`);
  const guard = spawn('/bin/sh', [GUARD, store, program], {
    ...{ stdio: ['pipe', 'pipe', 'ignore'], detached: true },
  });
  const [said] = (await once(guard.stdout, 'data')) as [Buffer];
  return { guard, store, pid: Number(String(said)) };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const SAY_PID = 'echo $$';

test('the guard ends its program and removes the folder when its input ends', async (t) => {
  await withFolder(async (folder) => {
    const { guard, store, pid } = await guarded(folder, SAY_PID);
    t.true(isAlive(pid));
    guard.stdin!.end();
    await once(guard, 'exit');
    t.false(isAlive(pid));
    t.false(existsSync(store));
  });
});

for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
  test(`the guard outlives ${name} and still does its duty`, async (t) => {
    await withFolder(async (folder) => {
      const { guard, store, pid } = await guarded(folder, SAY_PID);
      guard.kill(name);
      t.true(isAlive(pid));
      t.is(guard.exitCode, null);
      guard.stdin!.end();
      await once(guard, 'exit');
      t.false(isAlive(pid));
      t.false(existsSync(store));
    });
  });
}

for (const name of ['SIGHUP', 'SIGINT'] as const) {
  test(`${name} to all of them at once changes nothing where the program lives on`, async (t) => {
    await withFolder(async (folder) => {
      const { guard, store, pid } = await guarded(folder, `trap "" HUP INT\n${SAY_PID}`);
      process.kill(-guard.pid!, name);
      t.true(isAlive(pid));
      guard.stdin!.end();
      await once(guard, 'exit');
      t.false(isAlive(pid));
      t.false(existsSync(store));
    });
  });
}

test('a program that ends by itself takes the guard and the folder with it', async (t) => {
  await withFolder(async (folder) => {
    const { guard, store, pid } = await guarded(folder, SAY_PID);
    process.kill(pid, 'SIGKILL');
    await once(guard, 'exit');
    t.false(existsSync(store));
  });
});
