import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { natsTarget } from '../../../cli/nats/target.ts';
import { UsageError } from '../../../shared/errors.ts';
import type { NatsCredentials } from '../../../shared/nats/access.ts';
import { withFolder } from '../command-line.ts';

const URL = 'nats://there:4222';
const SEED = `SU${'A'.repeat(56)}`;
const CREDS = `-----BEGIN NATS USER JWT-----\nabc\n------END NATS USER JWT------
-----BEGIN USER NKEY SEED-----\n${SEED}\n------END USER NKEY SEED------\n`;

async function credentialsOf(
  env: Record<string, string>,
  file?: string,
): Promise<NatsCredentials | undefined> {
  const given = { nats: URL, ...(file === undefined ? {} : { 'nats-creds': file }) };
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
  const env = { NATS_CA: '/ca.pem', NATS_CERT: '/cert.pem', NATS_KEY: '/key.pem' };
  t.like(await natsTarget({ nats: 'tls://there' }, { fallback: 'auto', env }), {
    access: { tls: { caFile: '/ca.pem', certFile: '/cert.pem', keyFile: '/key.pem' } },
  });
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
