import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { coordinatorSubject, workerSubject } from '../../../cli/certs/authority.ts';
import { coordinatorAccess, workerAccess } from '../../../cli/security/access.ts';
import { UsageError } from '../../../shared/errors.ts';
import { createTestCerts, early, expired } from '../../helpers/test-certs.ts';
import { withFolder } from '../command-line.ts';

const certs = await createTestCerts();
const TOKEN = 'correct-horse-battery-staple';

/** Files by name, as users have them. */
async function withFiles(use: (at: (name: string) => string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const at = (name: string): string => path.join(folder, name);
    const late = await certs.authority.certify(workerSubject('late'), expired());
    const soon = await certs.authority.certify(coordinatorSubject([]), early());
    const files = {
      ...{
        'ca.crt': certs.ca,
        'c.crt': certs.coordinator.certificate,
        'c.key': certs.coordinator.key,
      },
      ...{ 'a.crt': certs.alice.certificate, 'a.key': certs.alice.key },
      ...{ 'late.crt': late.certificate, 'late.key': late.key },
      ...{ 'soon.crt': soon.certificate, 'soon.key': soon.key },
      ...{ token: `${TOKEN}\n`, short: 'short', blanks: `${TOKEN} ${TOKEN}`, none: '' },
      ...{ 'open.token': TOKEN, 'open.key': certs.alice.key, 'group.key': certs.alice.key },
      'broken.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'chain.crt': Buffer.concat([certs.alice.certificate, certs.ca]),
    };
    for (const [name, text] of Object.entries(files))
      await writeFile(at(name), text, { mode: 0o600 });
    await chmod(at('open.token'), 0o644);
    await chmod(at('open.key'), 0o644);
    await chmod(at('group.key'), 0o640);
    await mkdir(at('folder'));
    await use(at);
  });
}

type Flags = Record<string, string | boolean>;
type At = (name: string) => string;
const LOOPBACK = { listen: '127.0.0.1:50051', coordinator: '127.0.0.1:50051' };
const NONE = {
  ...{ 'tls-cert': undefined, 'tls-key': undefined, 'tls-ca': undefined },
  ...{ 'tls-server-name': undefined, 'token-file': undefined, insecure: false },
};
/** File names become paths. */
const given = (flags: Flags, at: At) => {
  const isFile = (name: string): boolean => /^(tls-(cert|key|ca)|token-file)$/.test(name);
  const entries = Object.entries(flags).map(([name, value]) => [
    name,
    isFile(name) ? at(String(value)) : value,
  ]);
  return { ...NONE, ...LOOPBACK, ...Object.fromEntries(entries) } as typeof NONE & typeof LOOPBACK;
};

const MUTUAL = { 'tls-cert': 'c.crt', 'tls-key': 'c.key', 'tls-ca': 'ca.crt' };
const OWN = { 'tls-cert': 'a.crt', 'tls-key': 'a.key', 'tls-ca': 'ca.crt' };
const AFAR = { listen: '0.0.0.0:50051', coordinator: 'gpu7:50051' };

test('a coordinator takes certificates, a token, both, or on its own machine nothing', async (t) => {
  await withFiles(async (at) => {
    const access = (flags: Flags, env = {}) => coordinatorAccess(given(flags, at), env);
    const tls = { ...certs.coordinator, clientAuthority: certs.ca };
    t.deepEqual(await access({}), {});
    t.deepEqual(await access({ ...MUTUAL, ...AFAR }), { tls });
    t.deepEqual(await access({ ...MUTUAL, ...AFAR, 'token-file': 'token' }), { tls, token: TOKEN });
    t.deepEqual(await access({ 'token-file': 'token' }), { token: TOKEN });
    t.deepEqual(await access({ ...AFAR, insecure: true }), {});
    t.deepEqual(await access({ ...AFAR, insecure: true, 'token-file': 'token' }), { token: TOKEN });
    const serverOnly = { 'tls-cert': 'c.crt', 'tls-key': 'c.key' };
    t.deepEqual(await access({ ...serverOnly, ...AFAR }, { FOLDWISE_TOKEN: TOKEN }), {
      ...{ tls: certs.coordinator, token: TOKEN },
    });
    t.deepEqual(await access({ ...serverOnly, ...AFAR, insecure: true }), {
      tls: certs.coordinator,
    });
  });
});

test('a worker takes certificates, a token, both, or on its own machine nothing', async (t) => {
  await withFiles(async (at) => {
    const access = (flags: Flags, env = {}) => workerAccess(given(flags, at), env);
    const authority = certs.ca;
    t.deepEqual(await access({}), {});
    t.deepEqual(await access({ ...OWN, ...AFAR }), { tls: { authority, own: certs.alice } });
    t.deepEqual(await access({ ...AFAR, 'tls-ca': 'ca.crt' }), { tls: { authority } });
    t.deepEqual(await access({ ...AFAR, 'tls-ca': 'ca.crt', 'token-file': 'token' }), {
      ...{ tls: { authority }, token: TOKEN },
    });
    t.deepEqual(await access({ 'tls-ca': 'ca.crt', 'tls-server-name': 'x' }), {
      tls: { authority, serverName: 'x' },
    });
    t.deepEqual(await access({ ...AFAR, insecure: true }, { FOLDWISE_TOKEN: TOKEN }), {
      token: TOKEN,
    });
    t.deepEqual(await access({ coordinator: '[::1]:1' }), {});
    t.deepEqual(await access({ coordinator: 'localhost:1' }), {});
  });
});

test('the file of a token wins over the environment; an empty variable is none', async (t) => {
  await withFiles(async (at) => {
    const access = (flags: Flags, env = {}) => workerAccess(given(flags, at), env);
    const env = { FOLDWISE_TOKEN: 'another-long-enough-token' };
    t.deepEqual(await access({ 'token-file': 'token' }, env), { token: TOKEN });
    t.deepEqual(await access({}, { FOLDWISE_TOKEN: '' }), {});
  });
});

test('a key that the group may read will do, as Kubernetes hands them out', async (t) => {
  await withFiles(async (at) => {
    const flags = given({ ...OWN, 'tls-key': 'group.key' }, at);
    t.like(await workerAccess(flags, {}), { tls: { own: certs.alice } });
  });
});

test('certificates may bring those between them and their authority', async (t) => {
  await withFiles(async (at) => {
    const flags = given({ ...OWN, 'tls-cert': 'chain.crt' }, at);
    t.notThrows(() => workerAccess(flags, {}));
    t.like((await workerAccess(flags, {})).tls?.own, { key: certs.alice.key });
  });
});

const refused = test.macro({
  exec: async (
    t,
    side: 'coordinator' | 'worker',
    flags: Flags,
    expected: RegExp,
    env: Record<string, string> = {},
  ) => {
    await withFiles(async (at) => {
      const settings = given(flags, at);
      const access =
        side === 'coordinator' ? coordinatorAccess(settings, env) : workerAccess(settings, env);
      const { message } = await t.throwsAsync(access, { instanceOf: UsageError });
      t.regex(message, expected);
      t.false(message.includes(TOKEN) || message.includes('PRIVATE KEY-----\n'), message);
      t.notRegex(message, /\n|undefined|asn1|openssl|error:/i);
    });
  },
  title: (_, side: string, flags: Flags, expected: RegExp, env: Record<string, string> = {}) =>
    `a ${side} refuses ${JSON.stringify({ ...flags, ...env })}: ${expected.source}`,
});

test(
  refused,
  'coordinator',
  AFAR,
  /^--listen 0\.0\.0\.0:50051: other machines .* neither|not encrypted nor checked\. Add --tls-cert.*--insecure/,
);
test(refused, 'coordinator', { ...AFAR, 'token-file': 'token' }, /encrypted, the token included/);
test(
  refused,
  'coordinator',
  { ...AFAR, 'tls-cert': 'c.crt', 'tls-key': 'c.key' },
  /Add --tls-ca, .* or --token-file/,
);
test(refused, 'coordinator', { 'tls-ca': 'ca.crt' }, /^--tls-ca .* needs --tls-cert and --tls-key/);
test(
  refused,
  'worker',
  AFAR,
  /^--coordinator gpu7:50051: .* not be encrypted.*--tls-ca.*--insecure/,
);
test(refused, 'worker', { ...AFAR, 'token-file': 'token' }, /not be encrypted/);
test(refused, 'worker', { 'tls-cert': 'a.crt', 'tls-key': 'a.key' }, /^--tls-cert: needs --tls-ca/);
test(refused, 'worker', { 'tls-server-name': 'x' }, /^--tls-server-name: needs --tls-ca/);
test(refused, 'worker', { coordinator: 'nonsense' }, /^--coordinator: expected HOST:PORT/);
for (const side of ['coordinator', 'worker'] as const) {
  const own = side === 'coordinator' ? MUTUAL : OWN;
  test(refused, side, { 'tls-cert': 'a.crt' }, /^--tls-cert .*a\.crt: needs --tls-key too/);
  test(refused, side, { 'tls-key': 'a.key' }, /^--tls-key .*a\.key: needs --tls-cert too/);
  test(refused, side, { ...own, 'tls-cert': 'nowhere' }, /^--tls-cert .*nowhere does not exist/);
  test(refused, side, { ...own, 'tls-cert': 'folder' }, /^--tls-cert .*folder is a folder/);
  test(refused, side, { ...own, 'tls-cert': 'none' }, /holds no certificate that can be read/);
  test(refused, side, { ...own, 'tls-cert': 'a.key' }, /holds no certificate that can be read/);
  test(
    refused,
    side,
    { ...own, 'tls-cert': 'broken.crt' },
    /holds no certificate that can be read/,
  );
  test(
    refused,
    side,
    { ...own, 'tls-key': 'late.key' },
    /--tls-key \S+ is not the key of --tls-cert \S+: give/,
  );
  test(refused, side, { ...own, 'tls-key': 'nowhere' }, /^--tls-key .*nowhere does not exist/);
  test(refused, side, { ...own, 'tls-key': 'folder' }, /^--tls-key .*folder is a folder/);
  test(refused, side, { ...own, 'tls-key': 'ca.crt' }, /holds no key that can be read/);
  test(
    refused,
    side,
    { ...own, 'tls-cert': 'a.crt', 'tls-key': 'open.key' },
    /mode is 0644\): chmod 600 /,
  );
  test(refused, side, { ...own, 'tls-ca': 'nowhere' }, /^--tls-ca .*nowhere does not exist/);
  test(refused, side, { ...own, 'tls-ca': 'token' }, /^--tls-ca .*token holds no certificate/);
  test(refused, side, { ...own, 'tls-ca': 'late.crt' }, /^--tls-ca .*late\.crt expired on /);
  const late = { 'tls-cert': 'late.crt', 'tls-key': 'late.key' };
  test(refused, side, { ...own, ...late }, /^--tls-cert .*late\.crt expired on .*certs init/);
  const soon = { 'tls-cert': 'soon.crt', 'tls-key': 'soon.key' };
  test(refused, side, { ...own, ...soon }, /^--tls-cert .*soon\.crt is valid only from .*clock/);
  test(refused, side, { 'token-file': 'nowhere' }, /^--token-file .*nowhere does not exist/);
  test(refused, side, { 'token-file': 'folder' }, /^--token-file .*folder is a folder/);
  test(refused, side, { 'token-file': 'open.token' }, /others can read it .*0644\): chmod 600 /);
  test(refused, side, { 'token-file': 'short' }, /expected a token of 16 .*, got 5 characters/);
  test(refused, side, { 'token-file': 'none' }, /expected a token of 16 .*, got 0 characters/);
  test(refused, side, { 'token-file': 'blanks' }, /without blanks, got other characters/);
  test(refused, side, {}, /^FOLDWISE_TOKEN: expected a token of 16/, { FOLDWISE_TOKEN: 'short' });
}

test('a named pipe is no token, and is not waited for', async (t) => {
  await withFolder(async (folder) => {
    const pipe = path.join(folder, 'pipe');
    await execa('mkfifo', ['-m', '600', pipe]);
    await t.throwsAsync(
      workerAccess(
        given({ 'token-file': pipe }, (name) => name),
        {},
      ),
      {
        instanceOf: UsageError,
        message: /pipe is a device, pipe or socket/,
      },
    );
  });
});

test('a certificate made for the other side is refused', async (t) => {
  await withFiles(async (at) => {
    const workers = coordinatorAccess(given(OWN, at), {});
    const asCoordinator = await t.throwsAsync(workers, { instanceOf: UsageError });
    t.regex(asCoordinator.message, /^--tls-cert .*a\.crt is not made to be shown by a coordinator/);
    const coordinators = workerAccess(given(MUTUAL, at), {});
    const asWorker = await t.throwsAsync(coordinators, { instanceOf: UsageError });
    t.regex(asWorker.message, /^--tls-cert .*c\.crt .* by a worker .*serverAuth/);
  });
});
