import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { Command } from 'commander';
import { registerDoctorCommand } from '../../cli/commands/doctor.ts';
import type { Context } from '../../cli/context.ts';
import type { Check } from '../../cli/doctor/check.ts';
import { checkData } from '../../cli/doctor/data.ts';
import { checkNode, checkPlatform, checkThreads } from '../../cli/doctor/machine.ts';
import { formatChecks } from '../../cli/doctor/print.ts';
import { asError, FoldwiseError } from '../../shared/errors.ts';
import { realEngine } from '../worker/engine/real-engine.ts';

const NAMES = [
  ...['node', 'platform', 'python3, pip', 'g++', 'engine', 'tensorflow', 'devices'],
  ...['threads', 'data', 'nats-server'],
];

/** Runs `foldwise doctor` in this process. */
async function runDoctor(...args: string[]): Promise<{ stdout: string; error?: Error }> {
  const output = new PassThrough();
  const stream = Object.assign(output, { isTTY: false }) as unknown as NodeJS.WriteStream;
  const { signal } = new AbortController();
  const context: Context = { stdout: stream, stderr: stream, env: process.env, signal };
  const program = new Command().exitOverride();
  registerDoctorCommand(program, context);
  const error = await program.parseAsync(['doctor', ...args], { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => asError(thrown),
  );
  const stdout = String(output.read() ?? '');
  return error ? { stdout, error } : { stdout };
}

test.serial('a machine with an engine passes, a line for each check', async (t) => {
  await realEngine();
  const { stdout, error } = await runDoctor();
  t.is(error, undefined);
  const names = stdout.split('\n').map((line) => /^(?:ok|warning) +(\S.*?)  /.exec(line)?.[1]);
  t.deepEqual(
    names.filter((name) => name !== undefined),
    NAMES,
  );
  t.regex(stdout, /tensorflow +2\.21\.0/);
});

test.serial('--json holds the same as data', async (t) => {
  await realEngine();
  const { stdout } = await runDoctor('--json');
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  t.true(ok);
  t.deepEqual(
    checks.map(({ name }) => name),
    NAMES,
  );
});

test.serial('without an engine it says how to get one, and installs nothing', async (t) => {
  const cache = await mkdtemp(path.join(os.tmpdir(), 'foldwise-doctor-'));
  const { FOLDWISE_CACHE } = process.env;
  process.env['FOLDWISE_CACHE'] = path.join(cache, 'none');
  try {
    const { stdout, error } = await runDoctor();
    t.is(error, undefined);
    t.regex(stdout, /warning +engine +No TensorFlow engine is installed\n +Run "foldwise engine/);
    t.regex(stdout, /warning +tensorflow +not known: no engine/);
    t.deepEqual(await readdir(cache), []);
  } finally {
    if (FOLDWISE_CACHE === undefined) delete process.env['FOLDWISE_CACHE'];
    else process.env['FOLDWISE_CACHE'] = FOLDWISE_CACHE;
    await rm(cache, { recursive: true });
  }
});

test.serial('an error among the checks is a failure of the command that names it', async (t) => {
  const { stdout, error } = await runDoctor('--data', '/nonexistent');
  t.regex(stdout, /error +data +.*\/nonexistent/);
  t.true(error instanceof FoldwiseError);
  t.regex(error!.message, /: data$/);
});

test('named data is read, and its problem told in one line', async (t) => {
  t.like((await checkData('synthetic'))[1], {
    status: 'ok',
    detail: 'synthetic: 6000 training and 1000 test images, 10 classes',
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'foldwise-data-'));
  const [, check] = await checkData(folder);
  t.is(check?.status, 'error');
  t.regex(check!.detail, /train-images-idx3-ubyte/);
  await rm(folder, { recursive: true });
});

const nodeIs = test.macro({
  title: (_, version: string, status: string) => `Node ${version}: ${status}`,
  exec(t, version: string, status: Check['status']) {
    t.is(checkNode(version).status, status);
  },
});

test(nodeIs, '18.20.0', 'error');
test(nodeIs, '20.18.3', 'error');
test(nodeIs, '20.19.0', 'ok');
test(nodeIs, '22.11.0', 'warning');
test(nodeIs, '22.12.0', 'ok');
test(nodeIs, '23.5.0', 'warning');
test(nodeIs, '24.0.0', 'ok');

test('a platform without wheels is an error that names the ways out', (t) => {
  const host = { platform: 'linux', arch: 'arm64', glibc: '2.36' } as const;
  const check = checkPlatform(host, { kind: 'none' });
  t.is(check.status, 'error');
  t.regex(check.remedy!, /--libtensorflow DIR.*container image/);
});

test('a container that may use fewer cores than there are is told', (t) => {
  t.like(checkThreads(16, undefined), { status: 'ok' });
  t.like(checkThreads(16, 16), { status: 'ok' });
  t.like(checkThreads(16, 2.5), { status: 'warning' });
  t.regex(checkThreads(16, 2.5).remedy!, /product is 2/);
});

test('checks are printed in columns, what to do below what was found', (t) => {
  const text = formatChecks(
    [
      { name: 'node', status: 'ok', detail: '20.19.0' },
      { name: 'engine', status: 'warning', detail: 'none', remedy: 'install it' },
    ],
    (_style, plain) => plain,
  );
  t.is(
    text,
    ['ok       node    20.19.0', 'warning  engine  none', '                 install it', ''].join(
      '\n',
    ),
  );
});
