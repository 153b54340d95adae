import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { createToken } from '../../shared/security/token.ts';
import {
  eventsOf,
  foldwise,
  processesWith,
  untilEvent,
  withWorkshop,
} from '../helpers/foldwise.ts';

const SMALL = [
  ...['--limit', '60', '--epochs', '1', '--folds', '2', '--threads', '1'],
  ...['--transfer', 'none'],
];

/** Every file below a folder, whatever it holds. */
async function filesIn(
  folder: string,
): Promise<readonly (readonly [name: string, text: string])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(names.map(async (name) => [name, await readFile(name, 'latin1')] as const));
}

/** What tells a key from all else: a line of it. */
async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return text.split('\n').filter((line) => line.length > 30 && !line.startsWith('---'));
}

/** Command lines of the processes of a test, and the environment of those that train. */
async function processesOf(mark: string) {
  const read = (pid: number, file: string): Promise<string> =>
    readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
  const pids = await processesWith(mark);
  const lines = await Promise.all(pids.map((pid) => read(pid, 'cmdline')));
  const training = pids.filter((_, index) => lines[index]?.includes('trainer/main'));
  const environments = await Promise.all(training.map((pid) => read(pid, 'environ')));
  return { lines, environments };
}

test('no secret gets into a log, an event, a report, a record or a command line', async (t) => {
  t.timeout(300_000);
  await withWorkshop(async ({ dir, env, mark }) => {
    const certs = path.join(dir, 'certs');
    t.is((await foldwise(['certs', 'init', '--dir', certs])).exitCode, 0);
    const token = createToken();
    await writeFile(path.join(dir, 'token'), token, { mode: 0o600 });
    const password = createToken();
    const loud = { ...env, FOLDWISE_LOG: 'trace', FOLDWISE_DEBUG: '1' };
    const own = (name: string): string[] => [
      ...['--tls-ca', path.join(certs, 'ca.crt'), '--tls-cert', path.join(certs, `${name}.crt`)],
      ...['--tls-key', path.join(certs, `${name}.key`)],
    ];
    const out = path.join(dir, 'out');
    const leading = foldwise(
      [
        ...['coordinator', ...SMALL, ...own('coordinator'), '--listen', 'localhost:0', '--json'],
        ...['--token-file', path.join(dir, 'token'), '--out', out],
        // Nobody listens there.
        ...['--nats', 'nats://127.0.0.1:9'],
      ],
      { ...loud, NATS_USER: 'somebody', NATS_PASSWORD: password },
    );
    const port = await portOf(leading);
    const worker = ['worker', '--coordinator', `localhost:${port}`, ...own('worker-1')];
    const working = foldwise(worker, { ...loud, FOLDWISE_TOKEN: token });
    const events = eventsOf(leading);
    const joined = await untilEvent(events, 'run.worker-joined');
    t.regex(String(joined['worker']), /^worker-1_\d+$/);
    await untilEvent(events, 'fold.epoch');
    const { lines, environments } = await processesOf(mark);
    for await (const event of events) t.truthy(event);
    const [led, worked] = await Promise.all([leading, working]);
    t.is(led.exitCode, 0, led.stderr);
    t.is(worked.exitCode, 0, worked.stderr);

    const keys = await Promise.all(
      ['ca', 'coordinator', 'worker-1'].map((name) => linesOf(path.join(certs, `${name}.key`))),
    );
    const secrets = [token, password, ...keys.flat()];
    t.true(secrets.length >= 8);
    const files = await filesIn(out);
    t.true(files.some(([name]) => name.endsWith('record.db')));
    const said = [led.stdout, led.stderr, worked.stdout, worked.stderr, ...lines];
    for (const secret of secrets) {
      t.deepEqual(
        files.filter(([, text]) => text.includes(secret)).map(([name]) => name),
        [],
      );
      t.false(said.some((text) => text.includes(secret)));
    }
    t.true(environments.length > 0 && environments.every((text) => !text.includes(token)));
  });
});

/** From "npx foldwise worker --coordinator localhost:PORT"; what follows is left to be read. */
function portOf(leading: ReturnType<typeof foldwise>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    leading.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, port] = /--coordinator localhost:(\d+)/.exec(said) ?? [];
      if (port !== undefined) resolve(port);
    });
    leading.stderr.once('end', () => reject(new Error(`no port in: ${said}`)));
  });
}
