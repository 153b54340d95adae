import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { credsAuthenticator, nkeyAuthenticator, type ConnectionOptions } from 'nats';
import { createToken } from '../../shared/security/token.ts';
import { eventLinesOf, resultOf, withWorld, type World } from '../faults/world.ts';
import { makeData } from '../helpers/random-data.ts';
import { createKeys, createNatsOperator } from '../helpers/nats-jwt.ts';
import { openTlsWorkshop } from '../helpers/tls-nats-server.ts';
import { natsTest, storedIn } from '../helpers/with-nats-server.ts';

const SIZE = { folds: 2, epochs: 2, workers: 1 };
const shop = await openTlsWorkshop();
const data = path.join(shop.folder, 'data');
let undisturbed: unknown;

test.before(async () => {
  await makeData(data);
  undisturbed = await withWorld(data, SIZE, async (world) => {
    const code = await world.finished;
    if (code !== 0) throw new Error(`exit ${code}: ${world.words.join('')}`);
    return resultOf(world.outDir);
  });
});
test.after.always(() => shop.close());

const inWorld = (
  nats: string,
  env: Record<string, string>,
  use: (world: World) => Promise<void>,
): Promise<void> => withWorld(data, { ...SIZE, nats, env }, use);

async function isUndisturbed(t: ExecutionContext, world: World): Promise<void> {
  t.is(await world.finished, 0, world.words.join(''));
  t.deepEqual(await resultOf(world.outDir), undisturbed);
}

/** Looks for secrets in every file of a run, and in all that was said. */
async function tellsNothingOf(t: ExecutionContext, world: World, secrets: readonly string[]) {
  const entries = await readdir(world.outDir, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile());
  t.true(found.some(({ name }) => name === 'record.db'));
  const texts = await Promise.all(
    found.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'latin1')),
  );
  for (const secret of secrets) {
    t.false([...texts, ...world.words].some((text) => text.includes(secret)));
  }
}

const user = createKeys('createUser');
const seed = new TextDecoder().decode(user.getSeed());
const operator = createNatsOperator();
const [password, token] = [createToken(), createToken()];
const login = { user: 'writer', pass: password };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Way {
  readonly config: string;
  readonly clientOptions: ConnectionOptions;
  readonly secret: string;
  readonly env: () => Promise<Record<string, string>>;
}
const WAYS: Readonly<Record<string, Way>> = {
  'name and password': {
    config: `authorization { user: writer, password: "${password}" }`,
    ...{ clientOptions: login, secret: password },
    env: () => Promise.resolve({ NATS_USER: 'writer', NATS_PASSWORD: password }),
  },
  'a token': {
    config: `authorization { token: "${token}" }`,
    ...{ clientOptions: { token }, secret: token },
    env: () => Promise.resolve({ NATS_TOKEN: token }),
  },
  'an nkey': {
    config: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`,
    ...{ clientOptions: { authenticator: nkeyAuthenticator(bytes(seed)) }, secret: seed },
    env: () => shop.files({ NATS_NKEY: seed }),
  },
  'a .creds file': {
    config: operator.config,
    clientOptions: { authenticator: credsAuthenticator(bytes(operator.creds)) },
    secret: operator.seed,
    env: () => shop.files({ NATS_CREDS: operator.creds }),
  },
};

for (const [what, { config, clientOptions, secret, env }] of Object.entries(WAYS)) {
  natsTest(`mutual TLS and ${what} open the door to NATS, and stay secret`, async (t) => {
    t.timeout(300_000);
    await shop.withServer({ isMutual: true, config, clientOptions }, async (server, url) => {
      const { ca, alice } = shop.certs;
      const { certificate: NATS_CERT, key: NATS_KEY } = alice;
      const files = await shop.files({ NATS_CA: ca, NATS_CERT, NATS_KEY });
      const loud = { FOLDWISE_LOG: 'trace', FOLDWISE_DEBUG: '1' };
      await inWorld(url, { ...files, ...loud, ...(await env()) }, async (world) => {
        await isUndisturbed(t, world);
        t.deepEqual(await storedIn(server), await eventLinesOf(world.outDir));
        t.notRegex(world.words.join(''), /warning/);
        await tellsNothingOf(t, world, [secret, String(NATS_KEY).split('\n')[1]!]);
      });
    });
  });
}

natsTest('a server of another authority gets nothing, and training does not notice', async (t) => {
  t.timeout(300_000);
  const config = `authorization { user: writer, password: "${password}" }`;
  await shop.withServer({ config, clientOptions: login }, async (server, url) => {
    const { NATS_CA } = await shop.files({ NATS_CA: shop.stranger.ca });
    const env = { NATS_CA, NATS_USER: 'writer', NATS_PASSWORD: password };
    await inWorld(url, env, async (world) => {
      await isUndisturbed(t, world);
      const words = world.words.join('');
      t.regex(words, /warning: progress does not reach NATS at tls:\S+: .*authority.*NATS_CA/);
      t.regex(words, /events did not reach NATS/);
      t.notRegex(words, /bug in Foldwise|\n\s+at /);
      await tellsNothingOf(t, world, [password]);
      const manager = await (await server.client()).jetstreamManager();
      t.is((await manager.getAccountInfo()).streams, 0);
    });
  });
});

natsTest('credentials in a URL start no run, and are not repeated', async (t) => {
  await inWorld(`tls://writer:${password}@127.0.0.1:4222`, {}, async (world) => {
    t.is(await world.finished, 2);
    const words = world.words.join('');
    t.regex(words, /^error: --nats: credentials do not belong into a URL/);
    t.false(words.includes(password));
    await t.throwsAsync(readdir(world.outDir), { code: 'ENOENT' });
  });
});
