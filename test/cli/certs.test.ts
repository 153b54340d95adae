import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { initCerts } from '../../cli/certs/init.ts';
import { workerNameIn } from '../../shared/security/worker-name.ts';
import { TOKEN_PATTERN } from '../../shared/security/token.ts';
import { foldwise, withFolder } from './command-line.ts';

const modeOf = async (name: string): Promise<string> =>
  ((await stat(name)).mode & 0o777).toString(8);
const read = async (...names: string[]): Promise<X509Certificate> =>
  new X509Certificate(await readFile(path.join(...names)));

test.serial(
  'certs init makes an authority, a coordinator and workers, for their owner alone',
  async (t) => {
    await withFolder(async (cwd) => {
      const line = ['certs', 'init', '--host', 'head.example.org', '10.1.2.3', '--workers', '3'];
      const { exitCode, stdout, stderr } = await foldwise(line, { cwd });
      t.is(stderr, '');
      t.is(exitCode, 0);
      const folder = path.join(cwd, 'certs');
      const names = ['ca', 'coordinator', 'worker-1', 'worker-2', 'worker-3'];
      t.deepEqual(await readdir(cwd), ['certs']);
      t.deepEqual(
        (await readdir(folder)).sort(),
        names.flatMap((name) => [`${name}.crt`, `${name}.key`]),
      );
      t.is(await modeOf(folder), '700');
      for (const name of names) t.is(await modeOf(path.join(folder, `${name}.key`)), '600');

      const ca = await read(folder, 'ca.crt');
      t.true(ca.ca);
      const serials = new Set([ca.serialNumber]);
      for (const name of names.slice(1)) {
        const certificate = await read(folder, `${name}.crt`);
        t.true(certificate.checkIssued(ca) && certificate.verify(ca.publicKey), name);
        t.false(certificate.ca);
        serials.add(certificate.serialNumber);
        const worker = name.startsWith('worker') ? name : undefined;
        t.is(workerNameIn(certificate.subjectAltName), worker);
      }
      t.is(serials.size, names.length);
      const coordinator = await read(folder, 'coordinator.crt');
      for (const host of ['head.example.org', hostname(), 'localhost', 'foldwise-coordinator']) {
        t.truthy(coordinator.checkHost(host), host);
      }
      for (const address of ['10.1.2.3', '127.0.0.1', '::1'])
        t.truthy(coordinator.checkIP(address));
      t.is(coordinator.checkHost('elsewhere'), undefined);
      const days = (Date.parse(coordinator.validTo) - Date.now()) / 86_400_000;
      t.true(days > 364 && days < 366, String(days));
      t.regex(
        stdout,
        /--tls-ca certs\/ca\.crt --tls-cert certs\/worker-1\.crt --tls-key certs\/worker-1\.key/,
      );
      t.notRegex(stdout, /PRIVATE KEY/);
    });
  },
);

test.serial('certs init overwrites nothing', async (t) => {
  await withFolder(async (cwd) => {
    await mkdir(path.join(cwd, 'certs'));
    await writeFile(path.join(cwd, 'certs', 'ca.key'), 'precious');
    const { exitCode, stderr } = await foldwise(['certs', 'init'], { cwd });
    t.is(exitCode, 2);
    t.regex(stderr, /^error: certs is not empty: name a new folder/);
    t.is(await readFile(path.join(cwd, 'certs', 'ca.key'), 'utf8'), 'precious');
    t.deepEqual(await readdir(cwd), ['certs']);
  });
});

test.serial('an empty folder that others can read becomes one that they cannot', async (t) => {
  await withFolder(async (cwd) => {
    await mkdir(path.join(cwd, 'mine'), { mode: 0o755 });
    t.is((await foldwise(['certs', 'init', '--dir', 'mine'], { cwd })).exitCode, 0);
    t.is(await modeOf(path.join(cwd, 'mine')), '700');
  });
});

const MISUSES: readonly (readonly [line: string, expected: RegExp])[] = [
  ['certs init --workers 0', /--workers: expected a whole number from 1 to 1000, got "0"/],
  ['certs init --workers 3x', /--workers: expected .*, got "3x"/],
  ['certs init --days 99999', /--days: expected a whole number from 1 to 3650/],
  ['certs init --host a/b', /--host: expected the name of a machine or an IP address, got "a\/b"/],
  ['certs init --host 1.2.3', /--host: expected .*, got "1\.2\.3"/],
  ['certs init extra', /too many arguments/],
  ['certs token none/token', /none\/token cannot be written: its folder does not exist/],
];
for (const [line, expected] of MISUSES) {
  test.serial(`foldwise ${line} is refused`, async (t) => {
    await withFolder(async (cwd) => {
      const { exitCode, stdout, stderr } = await foldwise(line.split(' '), { cwd });
      t.regex(stderr, expected);
      t.is(stderr.split('\n').length, 1);
      t.is(exitCode, 2);
      t.is(stdout, '');
      t.deepEqual(await readdir(cwd), []);
    });
  });
}

test.serial('certs token writes a new secret, says where, and not what', async (t) => {
  await withFolder(async (cwd) => {
    const { exitCode, stdout, stderr } = await foldwise(['certs', 'token', 'token'], { cwd });
    t.is(stderr, '');
    t.is(exitCode, 0);
    const token = (await readFile(path.join(cwd, 'token'), 'utf8')).trim();
    t.regex(token, TOKEN_PATTERN);
    t.is(await modeOf(path.join(cwd, 'token')), '600');
    t.false(stdout.includes(token));
    const again = await foldwise(['certs', 'token', 'token'], { cwd });
    t.is(again.exitCode, 2);
    t.regex(again.stderr, /^error: token is there already/);
    t.is((await readFile(path.join(cwd, 'token'), 'utf8')).trim(), token);
    t.deepEqual(await readdir(cwd), ['token']);
  });
});

test('certs init that is stopped leaves nothing', async (t) => {
  await withFolder(async (cwd) => {
    const stopped = new AbortController();
    const made = initCerts(
      { dir: path.join(cwd, 'certs'), workers: '1000' },
      { stdout: process.stdout, stderr: process.stderr, env: {}, signal: stopped.signal },
    );
    while ((await readdir(cwd)).length === 0) await setImmediate();
    stopped.abort(new Error('stopped'));
    await t.throwsAsync(made, { message: 'stopped' });
    t.deepEqual(await readdir(cwd), []);
  });
});
