import test from 'ava';
import fc from 'fast-check';
import { formatAddress, isLoopback, parseAddress } from '../../cli/address.ts';

for (const [text, host, port] of [
  ['127.0.0.1:50051', '127.0.0.1', 50051],
  ['[::1]:0', '::1', 0],
  ['localhost:65535', 'localhost', 65535],
  ['node-3.cluster.example.:1', 'node-3.cluster.example.', 1],
  ['coordinator_0:00080', 'coordinator_0', 80],
] as const) {
  test(`${text} is host ${host}, port ${port}`, (t) => {
    t.deepEqual(parseAddress(text), { host, port });
  });
}

for (const text of [
  ...['', ':', ':1', 'a', 'a:', '50051', 'a:65536', 'a:-1', 'a:1x', 'a: 1', 'a b:1', 'a:1:2'],
  ...['::1', '::1:5', '[::1]', '[::1]:', '[a]:1', '[127.0.0.1]:1', '127.0.1:5', '1.2.3.256:5'],
  ...['http://a:1', 'a/b:1', '-a:1', 'a..b:1', 'dns:///a:1', 'a:999999', `${'a'.repeat(254)}:1`],
]) {
  test(`"${text}" is no address`, (t) => {
    t.is(parseAddress(text), undefined);
  });
}

test('an address that is written is read back', (t) => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(
    fc.property(host, fc.integer({ min: 0, max: 65535 }), (name, port) => {
      t.deepEqual(parseAddress(formatAddress({ host: name, port })), { host: name, port });
    }),
  );
});

test('only addresses of this machine are loopback', (t) => {
  for (const host of [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '0:0:0:0:0:0:0:1',
    'localhost',
    'LOCALHOST',
  ]) {
    t.true(isLoopback(host), host);
  }
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '::2',
    'localhost.example',
    'node',
  ]) {
    t.false(isLoopback(host), host);
  }
});
