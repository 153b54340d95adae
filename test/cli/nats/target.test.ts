import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { natsTarget } from '../../../cli/nats/target.ts';
import { UsageError } from '../../../shared/errors.ts';
import type { NatsCredentials } from '../../../shared/nats/access.ts';
import { withFolder } from '../command-line.ts';
import { writeTestCerts } from '../../helpers/test-certs.ts';

const URL = 'nats://there:4222';
const LOCAL = 'nats://127.0.0.1:4222';
const SEED = `SU${'A'.repeat(56)}`;
const CREDS = `-----BEGIN NATS USER JWT-----\nabc\n------END NATS USER JWT------
-----BEGIN USER NKEY SEED-----\n${SEED}\n------END USER NKEY SEED------\n`;

async function credentialsOf(
  env: Record<string, string>,
  file?: string,
): Promise<NatsCredentials | undefined> {
  const given = { nats: LOCAL, ...(file === undefined ? {} : { 'nats-creds': file }) };
  const target = await natsTarget(given, { fallback: 'none', env });
  return target.kind === 'servers' ? target.access.credentials : undefined;
}

test('what is not said is left to the command', async (t) => {
  t.deepEqual(await natsTarget({}, { fallback: 'auto', env: {} }), { kind: 'auto' });
  t.deepEqual(await natsTarget({}, { fallback: 'none', env: {} }), { kind: 'none' });
  t.deepEqual(await natsTarget({ nats: 'none' }, { fallback: 'auto', env: {} }), { kind: 'none' });
  t.deepEqual(await natsTarget({ nats: 'auto' }, { fallback: 'none', env: {} }), { kind: 'auto' });
});

test('a URL is a server, without TLS or credentials unless they are asked for', async (t) => {
  t.deepEqual(await natsTarget({ nats: URL }, { fallback: 'auto', env: {} }), {
    kind: 'servers',
    shown: URL,
    access: { servers: ['there:4222'], credentials: { kind: 'none' }, tls: undefined },
  });
});

test('certificates for TLS come from the environment, and are checked', async (t) => {
  await withFolder(async (folder) => {
    const { caFile, certFile, keyFile } = await writeTestCerts(folder);
    const env = { NATS_CA: caFile, NATS_CERT: certFile, NATS_KEY: keyFile };
    const target = (given: Record<string, string>) =>
      natsTarget({ nats: 'tls://there' }, { fallback: 'auto', env: given });
    t.like(await target(env), { access: { tls: { caFile, certFile, keyFile } } });
    t.like(await target({}), { access: { tls: { caFile: undefined, certFile: undefined } } });
    const refused = [
      [{ NATS_CA: `${caFile}x` }, /^NATS_CA .*x does not exist/],
      [{ NATS_CA: keyFile }, /^NATS_CA .* holds no certificate/],
      [{ NATS_CERT: certFile }, /^NATS_CERT and NATS_KEY: expected both or neither/],
      [{ ...env, NATS_CERT: caFile }, /^NATS_KEY .* is not the key of NATS_CERT/],
    ] as const;
    for (const [given, message] of refused) {
      await t.throwsAsync(target(given), { instanceOf: UsageError, message });
    }
  });
});

test('a password or token goes unencrypted to this machine alone, and is not repeated', async (t) => {
  const secrets = [{ NATS_USER: 'me', NATS_PASSWORD: 's3cret' }, { NATS_TOKEN: 's3cret' }];
  for (const env of secrets) {
    const error = await t.throwsAsync(natsTarget({ nats: URL }, { fallback: 'auto', env }), {
      instanceOf: UsageError,
      message: /^--nats: the (password|token) for there:4222 would cross .*: say tls:\/\//,
    });
    t.false(error.message.includes('s3cret'));
    const nats = 'nats://localhost,nats://127.0.0.1:4223';
    t.like(await natsTarget({ nats }, { fallback: 'auto', env }), { kind: 'servers' });
    t.like(await natsTarget({ nats: 'tls://there' }, { fallback: 'auto', env }), {
      kind: 'servers',
    });
  }
});

test('credentials come from the option, else from the environment, in a fixed order', async (t) => {
  await withFolder(async (folder) => {
    const creds = path.join(folder, 'my.creds');
    const nkey = path.join(folder, 'my.nk');
    await writeFile(creds, CREDS);
    await writeFile(nkey, `${SEED}\n`);
    const all = {
      ...{ NATS_CREDS: creds, NATS_NKEY: nkey },
      ...{ NATS_USER: 'me', NATS_PASSWORD: 's3cret', NATS_TOKEN: 't0ken' },
    };
    t.deepEqual(await credentialsOf({}, creds), { kind: 'creds', creds: CREDS });
    t.deepEqual(await credentialsOf(all), { kind: 'creds', creds: CREDS });
    t.deepEqual(await credentialsOf({ ...all, NATS_CREDS: '' }), { kind: 'nkey', seed: SEED });
    t.deepEqual(
      await credentialsOf({ NATS_USER: 'me', NATS_PASSWORD: 's3cret', NATS_TOKEN: 'x' }),
      {
        ...{ kind: 'user', user: 'me', password: 's3cret' },
      },
    );
    t.deepEqual(await credentialsOf({ NATS_TOKEN: 't0ken' }), { kind: 'token', token: 't0ken' });
    t.deepEqual(await credentialsOf({ NATS_USER: 't0ken' }), { kind: 'token', token: 't0ken' });
    t.deepEqual(await credentialsOf({}), { kind: 'none' });
  });
});

test('files that are none of credentials are refused, and nothing of them is repeated', async (t) => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 's');
    await writeFile(file, 's3cret but no credentials');
    const refused = [
      [{}, file, /^--nats-creds .*expected a file with a NATS user JWT/],
      [{ NATS_CREDS: file }, undefined, /^NATS_CREDS .*expected a file with a NATS user JWT/],
      [{ NATS_NKEY: file }, undefined, /^NATS_NKEY .*expected a file with the seed/],
      [{ NATS_NKEY: `${file}x` }, undefined, /^NATS_NKEY .*does not exist/],
      [{}, folder, /^--nats-creds .*is a folder/],
    ] as const;
    for (const [env, given, message] of refused) {
      const error = await t.throwsAsync(credentialsOf(env, given), { instanceOf: UsageError });
      t.regex(error.message, message);
      t.notRegex(error.message, /s3cret/);
    }
  });
});

test('credentials without a server to give them to are refused', async (t) => {
  await t.throwsAsync(natsTarget({ 'nats-creds': 'x' }, { fallback: 'auto', env: {} }), {
    instanceOf: UsageError,
    message: /only used together with --nats URL/,
  });
});
