import { nkeys } from 'nats';

/** An operator of NATS with one user, whom a server knows by signatures alone. */
export interface NatsOperator {
  /** Of a server that trusts the operator. */
  readonly config: string;
  /** The user's `.creds` file, as "nsc generate creds" writes it. */
  readonly creds: string;
  /** What must stay secret of it. */
  readonly seed: string;
}

/** As much of a pair of keys as tests use; the package leaves it without a type. */
export interface KeyPair {
  readonly getPublicKey: () => string;
  readonly getSeed: () => Uint8Array;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}
type Kind = 'createOperator' | 'createAccount' | 'createUser';

/** Makes a pair of keys. */
export const createKeys = (kind: Kind): KeyPair => (nkeys as Record<Kind, () => KeyPair>)[kind]();

const ALL = -1;
const CORE = { subs: ALL, data: ALL, payload: ALL };
const ACCOUNT_LIMITS = {
  ...{ ...CORE, imports: ALL, exports: ALL, wildcards: true, conn: ALL, leaf: ALL },
  ...{ mem_storage: ALL, disk_storage: ALL, streams: ALL, consumer: ALL },
};
const SYSTEM_LIMITS = { ...ACCOUNT_LIMITS, mem_storage: 0, disk_storage: 0 };

/** Makes keys and signs what a server and its user need. */
export function createNatsOperator(): NatsOperator {
  const [operator, user] = [createKeys('createOperator'), createKeys('createUser')];
  const [account, system] = [createKeys('createAccount'), createKeys('createAccount')];
  const operatorJwt = signed(operator, operator, {
    ...{ type: 'operator', version: 2, system_account: system.getPublicKey() },
  });
  const accountJwt = (of: KeyPair, limits: object): string =>
    signed(of, operator, { type: 'account', version: 2, limits });
  const userJwt = signed(user, account, { type: 'user', version: 2, ...CORE, pub: {}, sub: {} });
  const seed = new TextDecoder().decode(user.getSeed());
  return {
    seed,
    creds: framed('NATS USER JWT', userJwt) + framed('USER NKEY SEED', seed),
    config: `operator: ${operatorJwt}
resolver: MEMORY
resolver_preload: {
  ${account.getPublicKey()}: ${accountJwt(account, ACCOUNT_LIMITS)}
  ${system.getPublicKey()}: ${accountJwt(system, SYSTEM_LIMITS)}
}`,
  };
}

function signed(subject: KeyPair, issuer: KeyPair, nats: object): string {
  const sub = subject.getPublicKey();
  const iat = Math.floor(Date.now() / 1000);
  const claims = { jti: sub, iat, iss: issuer.getPublicKey(), name: 'test', sub, nats };
  const head = encoded({ typ: 'JWT', alg: 'ed25519-nkey' });
  const text = `${head}.${encoded(claims)}`;
  const signature = issuer.sign(new TextEncoder().encode(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const framed = (what: string, text: string): string =>
  `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n\n`;
