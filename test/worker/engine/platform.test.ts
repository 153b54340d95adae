import test from 'ava';
import { EngineError } from '../../../shared/errors.ts';
import { planEngine } from '../../../worker/engine/plan.ts';
import { assertWheelsRun, currentHost, type Host } from '../../../worker/engine/platform.ts';

const supported: Host = { platform: 'linux', arch: 'x64', glibc: '2.36' };

test('the wheels run on Linux x86-64 with glibc 2.27 or newer', (t) => {
  for (const glibc of ['2.27', '2.36', '3.0']) {
    t.notThrows(() => assertWheelsRun({ ...supported, glibc }));
  }
});

const isRefused = test.macro({
  title: (_, host: Host) => `${host.platform} ${host.arch} with glibc ${host.glibc} is refused`,
  exec(t, host: Host, named: RegExp, hasOwnLibrary: boolean) {
    const error = t.throws(() => assertWheelsRun(host), { instanceOf: EngineError });
    t.regex(error.message, named);
    t.regex(error.message, /container image/);
    t.is(error.message.includes('--libtensorflow DIR'), hasOwnLibrary);
    t.throws(() => planEngine({ variant: 'cpu' }, host), { instanceOf: EngineError });
  },
});

test(isRefused, { ...supported, platform: 'darwin', glibc: undefined }, /darwin on x64/, false);
test(isRefused, { ...supported, platform: 'win32', glibc: undefined }, /win32/, false);
test(isRefused, { ...supported, arch: 'arm64' }, /Linux on arm64/, true);
test(isRefused, { ...supported, glibc: undefined }, /musl/, false);
test(isRefused, { ...supported, glibc: '2.17' }, /glibc 2\.17/, true);

test('the C library of this machine is recognised', (t) => {
  const host = currentHost();
  t.is(host.platform, process.platform);
  if (host.platform === 'linux' && host.glibc !== undefined) t.regex(host.glibc, /^\d+\.\d+/);
  else t.pass();
});
