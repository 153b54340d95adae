import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  coordinatorSubject,
  createAuthority,
  workerSubject,
  type Authority,
  type Lifetime,
  type Made,
} from '../../cli/certs/authority.ts';
import { hostNames } from '../../cli/certs/names.ts';

const DAY_MS = 86_400_000;

/** From now on. */
export const valid = (): Lifetime => ({ from: new Date(), days: 1 });
/** Until yesterday. */
export const expired = (): Lifetime => ({ from: new Date(Date.now() - 3 * DAY_MS), days: 2 });
/** From tomorrow on. */
export const early = (): Lifetime => ({ from: new Date(Date.now() + DAY_MS), days: 2 });

export interface Pem {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

export const pem = ({ certificate, key }: Made): Pem => ({
  certificate: Buffer.from(certificate),
  key: Buffer.from(key),
});

/** An authority with a coordinator and two workers. */
export interface TestCerts {
  readonly authority: Authority;
  readonly ca: Buffer;
  readonly coordinator: Pem;
  readonly alice: Pem;
  readonly bob: Pem;
}

export async function createTestCerts(): Promise<TestCerts> {
  const authority = await createAuthority(valid());
  return {
    authority,
    ca: Buffer.from(authority.own.certificate),
    coordinator: pem(
      await authority.certify(coordinatorSubject(hostNames([], 'localhost')), valid()),
    ),
    alice: pem(await authority.certify(workerSubject('alice'), valid())),
    bob: pem(await authority.certify(workerSubject('bob'), valid())),
  };
}

/** A certificate of a worker and its authority, as files. */
export async function writeTestCerts(folder: string) {
  const { ca, alice } = await createTestCerts();
  const names = {
    caFile: path.join(folder, 'ca.crt'),
    certFile: path.join(folder, 'alice.crt'),
    keyFile: path.join(folder, 'alice.key'),
  };
  await writeFile(names.caFile, ca);
  await writeFile(names.certFile, alice.certificate);
  await writeFile(names.keyFile, alice.key, { mode: 0o600 });
  return names;
}
