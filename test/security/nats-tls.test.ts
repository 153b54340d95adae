import test from 'ava';
import { coordinatorSubject } from '../../cli/certs/authority.ts';
import { openPublisher } from '../../cli/nats/publisher.ts';
import { natsTarget } from '../../cli/nats/target.ts';
import { recordedEvents } from '../helpers/recorded-events.ts';
import { openTlsWorkshop, type Doors } from '../helpers/tls-nats-server.ts';
import { natsTest, withNatsServer, type NatsServer } from '../helpers/with-nats-server.ts';

const shop = await openTlsWorkshop();
test.after.always(() => shop.close());

type Environment = Record<string, string>;
const none = (): Promise<Environment> => Promise.resolve({});
const ca = (): Promise<Environment> => shop.files({ NATS_CA: shop.certs.ca });
const strange = (): Promise<Environment> => {
  const { certificate, key } = shop.stranger.alice;
  return shop.files({ NATS_CA: shop.certs.ca, NATS_CERT: certificate, NATS_KEY: key });
};

/** What somebody is told who publishes an event. */
async function toldOf(url: string, env: Environment): Promise<string> {
  const told: string[] = [];
  const publisher = openPublisher({
    target: await natsTarget({ nats: url }, { fallback: 'none', env }),
    ...{ logDir: shop.folder, env, signal: new AbortController().signal },
    onNote: (text) => told.push(text),
    onWarning: (text) => told.push(text),
  });
  publisher.send(recordedEvents()[0]!);
  await publisher.close('stopped');
  return told.join('\n');
}

async function streamsOf({ client }: NatsServer): Promise<number> {
  const manager = await (await client()).jetstreamManager();
  return (await manager.getAccountInfo()).streams;
}

const named = (type: 'dns' | 'ip', value: string): Doors => ({
  subject: coordinatorSubject([{ type, value }]),
});
const overTls = (port: string): string => `tls://127.0.0.1:${port}`;
const REFUSED: readonly (readonly [
  who: string,
  doors: Doors,
  urlOf: (port: string) => string,
  env: () => Promise<Environment>,
  expected: RegExp,
])[] = [
  ['a server of another name', named('dns', 'elsewhere'), overTls, ca, /IP: 127\.0\.0\.1 .*cert/],
  ['a server of another address', named('ip', '127.0.0.2'), overTls, ca, /IP: 127\.0\.0\.1 .*cert/],
  [
    'localhost, asked for by address',
    named('dns', 'localhost'),
    overTls,
    ca,
    /127\.0\.0\.1 .*cert/,
  ],
  [
    'an address, asked for as localhost',
    named('ip', '127.0.0.1'),
    (port) => `tls://localhost:${port}`,
    ...([ca, /Host: localhost\. .*cert/] as const),
  ],
  ['an expired server', { isExpired: true }, overTls, ca, /: its certificate has expired;/],
  ['no authority of ours', {}, overTls, none, /authority of its certificate .*NATS_CA/],
  [
    'TLS that the server alone asks for',
    {},
    (port) => `nats://127.0.0.1:${port}`,
    ...([none, /authority of its certificate .*NATS_CA/] as const),
  ],
  ['no certificate of ours', { isMutual: true }, overTls, ca, /refuses? our cert.*NATS_CERT/],
  [
    'one of another authority',
    { isMutual: true },
    overTls,
    strange,
    /refuses? our cert.*NATS_CERT/,
  ],
];

for (const [who, doors, urlOf, env, expected] of REFUSED) {
  natsTest(`${who}: said in words, and nothing is published`, async (t) => {
    await shop.withServer(doors, async (server, url) => {
      const told = await toldOf(urlOf(new URL(url).port), await env());
      t.regex(told, /^warning: progress does not reach NATS at /);
      t.regex(told, expected);
      t.regex(told, /1 event did not reach NATS/);
      t.notRegex(told, /openssl|SSL routines/);
      t.is(await streamsOf(server), 0);
    });
  });
}

for (const [type, host] of [
  ['ip', '127.0.0.1'],
  ['dns', 'localhost'],
] as const) {
  natsTest(`a certificate for ${host} alone opens ${host}`, async (t) => {
    await shop.withServer(named(type, host), async (server, url) => {
      t.is(await toldOf(`tls://${host}:${new URL(url).port}`, await ca()), '');
      t.is(await streamsOf(server), 1);
    });
  });
}

natsTest('TLS that is demanded is not given up for a server without it', async (t) => {
  await withNatsServer(async (server) => {
    const told = await toldOf(server.url.replace(/^nats/, 'tls'), await ca());
    t.regex(told, /^warning: progress does not reach NATS at tls:\S+: it speaks no TLS/);
    t.is(await streamsOf(server), 0);
  });
});
