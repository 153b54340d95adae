import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConnectionOptions } from 'nats';
import { coordinatorSubject, type Subject } from '../../cli/certs/authority.ts';
import { hostNames } from '../../cli/certs/names.ts';
import { createTestCerts, expired, valid, type TestCerts } from './test-certs.ts';
import { withNatsServer, type NatsServer } from './with-nats-server.ts';

/** Servers of NATS that speak TLS, with certificates made for the test. */
export interface TlsWorkshop {
  readonly folder: string;
  readonly certs: TestCerts;
  /** Of another authority. */
  readonly stranger: TestCerts;
  /** Writes files that only their owner can read. @returns their paths, by the same names */
  readonly files: <Name extends string>(
    contents: Readonly<Record<Name, Buffer | string>>,
  ) => Promise<Record<Name, string>>;
  readonly withServer: (
    doors: Doors,
    use: (server: NatsServer, url: string) => Promise<void>,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Doors {
  /** Whom the server's certificate is for; this machine unless given. */
  readonly subject?: Subject;
  readonly isExpired?: boolean;
  /** Asks clients for certificates. */
  readonly isMutual?: boolean;
  readonly config?: string;
  /** How the test's own clients connect. */
  readonly clientOptions?: ConnectionOptions;
}

export async function openTlsWorkshop(): Promise<TlsWorkshop> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-nats-tls-'));
  const [certs, stranger] = [await createTestCerts(), await createTestCerts()];
  const files: TlsWorkshop['files'] = async (contents) => {
    const place = await mkdtemp(path.join(folder, 'files-'));
    const paths: Record<string, string> = {};
    for (const [name, content] of Object.entries<Buffer | string>(contents)) {
      paths[name] = path.join(place, name);
      await writeFile(path.join(place, name), content, { mode: 0o600 });
    }
    return paths;
  };
  return {
    ...{ folder, certs, stranger, files },
    withServer: (doors, use) => withTlsServer({ certs, files }, doors, use),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

const here = (): Subject => coordinatorSubject(hostNames([], 'localhost'));

async function withTlsServer(
  { certs, files }: Pick<TlsWorkshop, 'certs' | 'files'>,
  { subject = here(), isExpired = false, isMutual = false, config = '', clientOptions }: Doors,
  use: (server: NatsServer, url: string) => Promise<void>,
): Promise<void> {
  const made = await certs.authority.certify(subject, isExpired ? expired() : valid());
  const { ca, cert, key } = await files({ ca: certs.ca, cert: made.certificate, key: made.key });
  const verify = isMutual ? `ca_file: "${ca}", verify: true` : '';
  const tls = `tls { cert_file: "${cert}", key_file: "${key}", ${verify} }`;
  const { certificate, key: own } = certs.alice;
  // They look at servers whose certificates are wrong on purpose.
  const unchecked = { rejectUnauthorized: false };
  const clientTls = { ca: String(certs.ca), cert: String(certificate), key: String(own) };
  await withNatsServer((server) => use(server, server.url.replace(/^nats/, 'tls')), {
    config: `${tls}\n${config}`,
    clientOptions: { tls: { ...clientTls, ...unchecked }, ...clientOptions },
  });
}
