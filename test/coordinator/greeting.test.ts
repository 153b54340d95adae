import { status } from '@grpc/grpc-js';
import test from 'ava';
import { admit, type Hosts, Refusal } from '../../coordinator/greeting.ts';
import { asRunId, asWorkerId } from '../../shared/domain.ts';
import { PROTOCOL_VERSION, type Hello } from '../../shared/wire/session.ts';

const run = asRunId('a-run');
const first = asWorkerId('node-7');
const local = { kind: 'local' } as const;
const hosts: Hosts = {
  ...{ run, engine: () => 'an engine', life: () => 0 },
  isKnown: () => false,
  isTaken: () => false,
  isTicket: (_, ticket) => ticket === 'valid',
};
const hello: Hello = {
  ...{ protocol: PROTOCOL_VERSION, foldwise: '0.1.0', host: 'Node', pid: 7 },
  ...{ engine: 'an engine', cores: 1 },
};
const again = (ticket: string): Hello => ({
  ...hello,
  reattachment: { run, worker: first, ticket },
});

test('a new worker is named by its host and process, and by no name that was given before', (t) => {
  t.deepEqual(admit(hello, local, hosts), { worker: first, isReturning: false });
  const taken: Hosts = { ...hosts, isTaken: (worker) => worker === first };
  t.is(admit(hello, local, taken).worker, asWorkerId('node-7-2'));
});

test('after a restart names are new: a welcome just before it may have left no trace', (t) => {
  const later = admit(hello, local, { ...hosts, life: () => 3 });
  t.is(later.worker, asWorkerId('node-7-r3'));
});

test('a worker with its ticket keeps its name, whether it is known still or joins anew', (t) => {
  const known: Hosts = { ...hosts, isTaken: () => true };
  t.deepEqual(admit(again('valid'), local, known), { worker: first, isReturning: false });
  const returning = admit(again('valid'), local, { ...known, isKnown: () => true });
  t.deepEqual(returning, { worker: first, isReturning: true });
});

const refused = test.macro((t, said: Hello, code: status, pattern: RegExp) => {
  const error = t.throws(() => admit(said, local, hosts), { instanceOf: Refusal });
  t.is(error.code, code);
  t.regex(error.message, pattern);
});

test(
  'another protocol is refused, naming both',
  refused,
  { ...hello, protocol: 1 },
  status.FAILED_PRECONDITION,
  new RegExp(`speaks protocol ${PROTOCOL_VERSION}, the worker \\(foldwise 0.1.0\\) protocol 1`),
);
test(
  'another engine is refused, naming both',
  refused,
  { ...hello, engine: 'another' },
  status.FAILED_PRECONDITION,
  /trains with an engine, the worker has another/,
);
test(
  'a wrong ticket is refused',
  refused,
  again('forged'),
  status.PERMISSION_DENIED,
  /not worker node-7: its ticket is wrong/,
);
