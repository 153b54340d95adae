import test from 'ava';
import { parseServers } from '../../../cli/nats/servers.ts';
import { UsageError } from '../../../shared/errors.ts';

const parsed = test.macro({
  title: (_, text: string) => `${text} is understood`,
  exec(t, text: string, servers: string[], isTls: boolean, shown: string) {
    t.deepEqual(parseServers(text, '--nats'), { servers, isTls, shown });
  },
});

test(parsed, 'nats://127.0.0.1:4222', ['127.0.0.1:4222'], false, 'nats://127.0.0.1:4222');
test(parsed, 'nats://nats', ['nats:4222'], false, 'nats://nats:4222');
test(parsed, 'nats://nats/', ['nats:4222'], false, 'nats://nats:4222');
test(parsed, 'tls://a.example.org:443', ['a.example.org:443'], true, 'tls://a.example.org:443');
test(parsed, 'nats://[::1]:4222', ['[::1]:4222'], false, 'nats://[::1]:4222');
test(parsed, 'nats://[::1]', ['[::1]:4222'], false, 'nats://[::1]:4222');
test(parsed, 'nats://a:1, nats://b:2', ['a:1', 'b:2'], false, 'nats://a:1,nats://b:2');

for (const text of [
  '',
  'localhost:4222',
  'http://localhost:4222',
  'nats://',
  'nats://a:99999',
  'nats://a:0',
  'nats://a:b',
  'nats://a/path',
  'nats://a?x=1',
  'nats://a,',
  'nats://a b',
  'NATS://a',
  'nats://127.0.1',
  'nats://a\nb',
  'nats://[::1',
]) {
  test(`${JSON.stringify(text)} is refused, saying what is expected`, (t) => {
    const error = t.throws(() => parseServers(text, '--nats'), { instanceOf: UsageError });
    t.is(error.exitCode, 2);
    t.regex(error.message, /^--nats: expected a URL such as nats:\/\/127\.0\.0\.1:4222/);
    t.notRegex(error.message, /\n/);
  });
}

test('TLS for some of the servers only is refused', (t) => {
  t.throws(() => parseServers('nats://a,tls://b', '--nats'), {
    message: /either nats:\/\/ or tls/,
  });
});

for (const text of ['nats://me:s3cret@a:4222', 'nats://s3cret@a', 'nats://a,nats://me:s3cret@b']) {
  test(`credentials in ${text} are refused and not repeated`, (t) => {
    const error = t.throws(() => parseServers(text, 'NATS_URL'), { instanceOf: UsageError });
    t.regex(error.message, /^NATS_URL: .*--nats-creds FILE.*NATS_CREDS.*NATS_TOKEN/);
    t.notRegex(error.message, /s3cret/);
  });
}
