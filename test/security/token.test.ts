import test from 'ava';
import fc from 'fast-check';
import { withoutSecrets } from '../../shared/security/environment.ts';
import {
  authorizationOf,
  createToken,
  createTokenCheck,
  TOKEN_PATTERN,
} from '../../shared/security/token.ts';

test('a token opens for itself and nothing else', (t) => {
  const token = createToken();
  const isShown = createTokenCheck(token);
  t.regex(token, TOKEN_PATTERN);
  t.true(isShown([authorizationOf(token)]));
  fc.assert(
    fc.property(fc.string(), (guess) => {
      fc.pre(guess !== token);
      t.false(isShown([authorizationOf(guess)]));
      t.false(isShown([guess]));
    }),
  );
  for (const wrong of [[], [''], ['Bearer '], ['Bearer'], [token], [`Basic ${token}`]]) {
    t.false(isShown(wrong));
  }
  t.false(isShown([authorizationOf(token), authorizationOf(token)]));
  t.false(isShown([Buffer.from(authorizationOf(token))]));
  t.false(isShown([authorizationOf(token.slice(0, -1))]));
  t.false(isShown([authorizationOf(`${token}a`)]));
});

test('each token is another one', (t) => {
  t.is(new Set(Array.from({ length: 100 }, createToken)).size, 100);
});

test('child processes are told no secrets', (t) => {
  const env = { PATH: '/bin', FOLDWISE_TOKEN: 'a', NATS_PASSWORD: 'b', NATS_TOKEN: 'c' };
  t.deepEqual(withoutSecrets({ ...env, NATS_USER: 'd', HOME: undefined }), {
    PATH: '/bin',
    HOME: undefined,
  });
});
