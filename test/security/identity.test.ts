import test from 'ava';
import fc from 'fast-check';
import {
  isOwnId,
  mayActAs,
  workerIdBase,
  type Identity,
} from '../../coordinator/security/identity.ts';
import { asWorkerId, ID_PATTERN } from '../../shared/domain.ts';
import { WORKER_NAME_PATTERN, workerNameIn, workerUri } from '../../shared/security/worker-name.ts';

const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/);
const pid = fc.nat({ max: 2 ** 31 });
const certificate = (of: string): Identity => ({ kind: 'certificate', name: of });

test('a certificate may act as the workers that were named after it, with their tickets', (t) => {
  fc.assert(
    fc.property(name, pid, fc.boolean(), (own, number, ticketIsValid) => {
      const id = asWorkerId(workerIdBase(certificate(own), { host: 'anywhere', pid: number }));
      t.is(mayActAs(certificate(own), id, ticketIsValid), ticketIsValid);
      t.true(isOwnId(certificate(own), id));
      t.is(mayActAs(certificate(own), asWorkerId(`${id}-2`), ticketIsValid), ticketIsValid);
    }),
  );
});

test('no certificate may act as the workers of another one, whatever ticket it shows', (t) => {
  fc.assert(
    fc.property(name, name, pid, (own, other, number) => {
      fc.pre(own !== other);
      const id = asWorkerId(workerIdBase(certificate(other), { host: own, pid: number }));
      t.false(mayActAs(certificate(own), id, true));
      t.false(isOwnId(certificate(own), id));
    }),
  );
  // Where one name begins like the other.
  const id = asWorkerId(workerIdBase(certificate('gpu-1'), { host: 'x', pid: 5 }));
  t.false(mayActAs(certificate('gpu'), id, true));
});

test('no host can name itself so that its worker belongs to a certificate', (t) => {
  fc.assert(
    fc.property(name, fc.string(), pid, (own, host, number) => {
      const id = workerIdBase({ kind: 'token' }, { host, pid: number });
      t.regex(id, ID_PATTERN);
      t.true(id.length <= 51);
      t.false(mayActAs(certificate(own), asWorkerId(id), true));
    }),
  );
});

test('without certificates the ticket alone decides', (t) => {
  for (const kind of ['token', 'local'] as const) {
    t.true(mayActAs({ kind }, asWorkerId('node-1'), true));
    t.false(mayActAs({ kind }, asWorkerId('node-1'), false));
    t.true(isOwnId({ kind }, asWorkerId('node-1')));
  }
});

test('a worker is found by the URI of its certificate, among other names', (t) => {
  fc.assert(
    fc.property(name, (own) => {
      t.regex(own, WORKER_NAME_PATTERN);
      t.is(workerNameIn(`URI:${workerUri(own)}`), own);
      t.is(workerNameIn(`DNS:localhost, URI:${workerUri(own)}, IP Address:127.0.0.1`), own);
    }),
  );
});

const NOBODY = [
  undefined,
  '',
  'DNS:spiffe://foldwise/worker/a',
  'URI:spiffe://foldwise/worker/',
  'URI:spiffe://foldwise/worker/A',
  'URI:spiffe://foldwise/worker/a_b',
  'URI:spiffe://foldwise/worker/a/b',
  'URI:spiffe://foldwise/coordinator/a',
  'URI:spiffe://foldwise.example/worker/a',
  `URI:spiffe://foldwise/worker/${'a'.repeat(41)}`,
  'URI:spiffe://foldwise/worker/a, URI:spiffe://foldwise/worker/b',
  // As Node gives one name that has a comma in it.
  String.raw`DNS:"evil\u002c URI:spiffe://foldwise/worker/a"`,
];
for (const names of NOBODY) {
  test(`a certificate with the names ${names} is no worker's`, (t) => {
    t.is(workerNameIn(names), undefined);
  });
}
