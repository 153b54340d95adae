import { UsageError } from '../../shared/errors.ts';
import type { NatsCredentials, NatsTls } from '../../shared/nats/access.ts';
import { readTextFile } from '../../shared/text-file.ts';
import { readAuthority, readKeyPair } from '../security/pem.ts';

/** Completes messages on who may connect. */
export const CREDENTIALS_HINT =
  'say --nats-creds FILE, or set NATS_CREDS, NATS_NKEY, NATS_USER and NATS_PASSWORD, or NATS_TOKEN';

type Environment = Readonly<Record<string, string | undefined>>;

const MOST_BYTES = 65_536;

/**
 * Who we are to a NATS server: `--nats-creds`, else the environment under the names that the `nats`
 * command uses; the first of NATS_CREDS, NATS_NKEY, NATS_USER and NATS_TOKEN counts.
 *
 * @throws UsageError, which never repeats a secret
 */
export async function readCredentials(
  file: string | undefined,
  env: Environment,
): Promise<NatsCredentials> {
  if (file !== undefined) return await readCreds(file, '--nats-creds');
  const { NATS_CREDS, NATS_NKEY, NATS_USER, NATS_PASSWORD, NATS_TOKEN } = env;
  if (NATS_CREDS) return await readCreds(NATS_CREDS, 'NATS_CREDS');
  if (NATS_NKEY) return await readNkey(NATS_NKEY);
  if (NATS_USER && NATS_PASSWORD) return { kind: 'user', user: NATS_USER, password: NATS_PASSWORD };
  // Alone it is a token, as it is for the `nats` command.
  const token = NATS_USER || NATS_TOKEN;
  if (token) return { kind: 'token', token };
  return { kind: 'none' };
}

/**
 * Certificates for TLS, PEM files each; without them those that the system trusts. They are checked
 * now, and read again for each connection, so that new ones take the place of old ones.
 *
 * @throws UsageError where one cannot be used
 */
export async function tlsFiles(
  { NATS_CA, NATS_CERT, NATS_KEY }: Environment,
  now = new Date(),
): Promise<NatsTls> {
  if (NATS_CA) await readAuthority({ option: 'NATS_CA', file: NATS_CA }, now);
  if (NATS_CERT && NATS_KEY) {
    const certificate = { option: 'NATS_CERT', file: NATS_CERT };
    await readKeyPair({ certificate, key: { option: 'NATS_KEY', file: NATS_KEY } }, now);
  } else if (NATS_CERT || NATS_KEY) {
    throw new UsageError('NATS_CERT and NATS_KEY: expected both or neither, got one');
  }
  return {
    caFile: NATS_CA || undefined,
    certFile: NATS_CERT || undefined,
    keyFile: NATS_KEY || undefined,
  };
}

async function readCreds(file: string, source: string): Promise<NatsCredentials> {
  const shownAs = `${source} ${file}`;
  const creds = await readTextFile(file, { shownAs, mostBytes: MOST_BYTES });
  if (/-BEGIN NATS USER JWT-/.test(creds) && /-BEGIN USER NKEY SEED-/.test(creds)) {
    return { kind: 'creds', creds };
  }
  throw new UsageError(
    `${shownAs}: expected a file with a NATS user JWT and an nkey seed, as "nsc generate creds" makes it`,
  );
}

async function readNkey(file: string): Promise<NatsCredentials> {
  const shownAs = `NATS_NKEY ${file}`;
  const text = await readTextFile(file, { shownAs, mostBytes: MOST_BYTES });
  const seed = text.trim();
  if (/^SU[A-Z2-7]{56}$/.test(seed)) return { kind: 'nkey', seed };
  throw new UsageError(`${shownAs}: expected a file with the seed of a user's nkey, SU and more`);
}
