import { status } from '@grpc/grpc-js';
import test from 'ava';
import { hostNames } from '../../cli/certs/names.ts';
import { coordinatorSubject, createAuthority, workerSubject } from '../../cli/certs/authority.ts';
import type { ServerAccess } from '../../coordinator/server.ts';
import type { ClientAccess } from '../../shared/security/client-access.ts';
import { createToken } from '../../shared/security/token.ts';
import {
  createTestCerts,
  early,
  expired,
  pem,
  valid,
  type TestCerts,
} from '../helpers/test-certs.ts';
import { METHODS, outcomeOf, withDoor, type Door } from '../helpers/with-door.ts';

/** Codes of what Node warned of; it says each thing once. */
const warned: unknown[] = [];
process.on('warning', (warning: Error & { code?: string }) => warned.push(warning.code));

const certs = await createTestCerts();
const stranger = await createTestCerts();

const mutual = ({ coordinator, ca }: TestCerts): ServerAccess => ({
  tls: { ...coordinator, clientAuthority: ca },
});
const asAlice: ClientAccess = { tls: { authority: certs.ca, own: certs.alice } };

/** After what was tried, a worker is still let in. */
async function stillServes({ client }: Door, access: ClientAccess): Promise<boolean> {
  return (await outcomeOf(client(access), 'Session')) === status.OK;
}

test('every call of a worker with a certificate is let in, and says whose it is', async (t) => {
  await withDoor(mutual(certs), async ({ client, seen }) => {
    for (const [name, own] of [
      ['alice', certs.alice],
      ['bob', certs.bob],
    ] as const) {
      const worker = client({ tls: { authority: certs.ca, own } });
      for (const method of METHODS) t.is(await outcomeOf(worker, method), status.OK, method);
      t.deepEqual(
        seen.splice(0),
        METHODS.map((method) => ({ method, identity: { kind: 'certificate', name } })),
      );
    }
  });
});

const authority = certs.authority;
const CLOSED: readonly (readonly [
  who: string,
  access: () => ClientAccess | Promise<ClientAccess>,
])[] = [
  ['no certificate', () => ({ tls: { authority: certs.ca } })],
  [
    'a certificate of another authority',
    () => ({ tls: { authority: certs.ca, own: stranger.alice } }),
  ],
  [
    'an expired certificate',
    async () => {
      const own = pem(await authority.certify(workerSubject('late'), expired()));
      return { tls: { authority: certs.ca, own } };
    },
  ],
  [
    'a certificate that is not valid yet',
    async () => {
      const own = pem(await authority.certify(workerSubject('soon'), early()));
      return { tls: { authority: certs.ca, own } };
    },
  ],
  [
    "the coordinator's own certificate",
    () => ({ tls: { authority: certs.ca, own: certs.coordinator } }),
  ],
  [
    "a certificate that a worker's key has signed",
    async () => {
      // Its issuer has the right name, and the wrong key.
      const own = pem(
        await (await createAuthority(valid())).certify(workerSubject('alice'), valid()),
      );
      return { tls: { authority: certs.ca, own } };
    },
  ],
  ['plaintext', () => ({})],
  ['plaintext and a token', () => ({ token: createToken() })],
];
for (const [who, access] of CLOSED) {
  test(`${who} is no way in where certificates are asked for`, async (t) => {
    await withDoor(mutual(certs), async (door) => {
      const client = door.client(await access());
      for (const method of METHODS) t.is(await outcomeOf(client, method), status.UNAVAILABLE);
      t.deepEqual(door.seen, []);
      t.true(await stillServes(door, asAlice));
    });
  });
}

test('a certificate for servers and clients, but of no worker, is told what it lacks', async (t) => {
  const own = pem(
    await certs.authority.certify(
      { commonName: 'x', usages: ['server', 'client'], names: hostNames([], 'localhost') },
      valid(),
    ),
  );
  await withDoor(mutual(certs), async (door) => {
    const client = door.client({ tls: { authority: certs.ca, own } });
    for (const method of METHODS) {
      t.is(await outcomeOf(client, method), status.PERMISSION_DENIED, method);
    }
    t.deepEqual(door.seen, []);
    t.true(await stillServes(door, asAlice));
  });
});

test('a worker speaks with no coordinator of another authority, name or kind', async (t) => {
  const impostors = [
    { access: mutual(stranger), own: certs.alice },
    // The certificate of a worker, of the right authority.
    { access: { tls: { ...certs.bob, clientAuthority: certs.ca } }, own: certs.alice },
    {
      access: {
        tls: pem(
          await certs.authority.certify(
            coordinatorSubject([{ type: 'dns', value: 'elsewhere' }]),
            valid(),
          ),
        ),
      },
      own: certs.alice,
    },
    {
      access: {
        tls: pem(
          await certs.authority.certify(coordinatorSubject(hostNames([], 'localhost')), expired()),
        ),
      },
      own: certs.alice,
    },
  ];
  for (const { access, own } of impostors) {
    await withDoor(access, async ({ client, seen }) => {
      const worker = client({ tls: { authority: certs.ca, own }, token: createToken() });
      t.is(await outcomeOf(worker, 'Session'), status.UNAVAILABLE);
      t.deepEqual(seen, []);
    });
  }
});

test('a worker may look for another name than that of the address', async (t) => {
  const names = [{ type: 'dns', value: 'foldwise-coordinator' }] as const;
  const coordinator = pem(await certs.authority.certify(coordinatorSubject(names), valid()));
  await withDoor(mutual({ ...certs, coordinator }), async ({ client }) => {
    const named = (serverName?: string): ClientAccess => ({
      tls: { authority: certs.ca, own: certs.alice, ...(serverName && { serverName }) },
    });
    t.is(await outcomeOf(client(named()), 'Session'), status.UNAVAILABLE);
    t.is(await outcomeOf(client(named('elsewhere')), 'Session'), status.UNAVAILABLE);
    t.is(await outcomeOf(client(named('foldwise-coordinator')), 'Session'), status.OK);
  });
});

test('a coordinator named by its address is held to it, and the address is sent as no name', async (t) => {
  for (const [type, value, expected] of [
    ['ip', '127.0.0.1', status.OK],
    ['ip', '127.0.0.2', status.UNAVAILABLE],
    ['dns', 'localhost', status.UNAVAILABLE],
    ['dns', 'address.invalid', status.UNAVAILABLE],
  ] as const) {
    const subject = coordinatorSubject([{ type, value }]);
    const coordinator = pem(await certs.authority.certify(subject, valid()));
    await withDoor(mutual({ ...certs, coordinator }), async ({ client }) => {
      t.is(await outcomeOf(client(asAlice), 'Session'), expected, value);
    });
  }
  t.false(warned.includes('DEP0123'));
});

const token = createToken();
const TOKEN_DOORS: readonly (readonly [how: string, server: ServerAccess, client: ClientAccess])[] =
  [
    ['in plaintext', { token }, {}],
    ['over TLS', { token, tls: certs.coordinator }, { tls: { authority: certs.ca } }],
  ];
for (const [how, server, access] of TOKEN_DOORS) {
  test(`a token opens every call ${how}; a wrong one or none opens none`, async (t) => {
    await withDoor(server, async (door) => {
      const worker = door.client({ ...access, token });
      for (const method of METHODS) t.is(await outcomeOf(worker, method), status.OK, method);
      t.deepEqual(
        door.seen.splice(0),
        METHODS.map((method) => ({ method, identity: { kind: 'token' } })),
      );
      for (const wrong of [{}, { token: createToken() }, { token: `${token}x` }]) {
        const client = door.client({ ...access, ...wrong });
        for (const method of METHODS) {
          t.is(await outcomeOf(client, method), status.UNAUTHENTICATED, method);
        }
      }
      t.deepEqual(door.seen, []);
      t.true(await stillServes(door, { ...access, token }));
    });
  });
}

test('where a token is asked for besides a certificate, both are needed', async (t) => {
  await withDoor({ ...mutual(certs), token }, async ({ client, seen }) => {
    t.is(await outcomeOf(client(asAlice), 'Session'), status.UNAUTHENTICATED);
    t.is(await outcomeOf(client({ ...asAlice, token }), 'Session'), status.OK);
    t.deepEqual(seen, [{ method: 'Session', identity: { kind: 'certificate', name: 'alice' } }]);
  });
});

test('without certificates or tokens, whoever reaches the port is let in', async (t) => {
  await withDoor({}, async ({ client, seen }) => {
    for (const method of METHODS) t.is(await outcomeOf(client({}), method), status.OK);
    t.is(seen.length, METHODS.length);
    t.true(seen.every(({ identity }) => identity.kind === 'local'));
  });
});
