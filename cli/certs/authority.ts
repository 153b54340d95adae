// Before the library, which looks for it as it loads.
import 'reflect-metadata';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';
import { workerUri } from '../../shared/security/worker-name.ts';
import type { HostName } from './names.ts';

/** A certificate and its key, PEM. */
export interface Made {
  readonly certificate: string;
  readonly key: string;
}

export interface Lifetime {
  readonly from: Date;
  readonly days: number;
}

/** Whom a certificate is for, and what it may be shown for. */
export interface Subject {
  readonly commonName: string;
  readonly usages: readonly ('server' | 'client')[];
  readonly names: readonly { readonly type: 'dns' | 'ip' | 'url'; readonly value: string }[];
}

export interface Authority {
  readonly own: Made;
  /** Makes a key and a certificate for it. */
  readonly certify: (subject: Subject, lifetime: Lifetime) => Promise<Made>;
}

/** It cannot be shown as a worker's. */
export const coordinatorSubject = (hosts: readonly HostName[]): Subject => ({
  commonName: 'Foldwise coordinator',
  usages: ['server'],
  names: hosts,
});

/** It cannot be shown as the coordinator's. */
export const workerSubject = (name: string): Subject => ({
  commonName: `Foldwise worker ${name}`,
  usages: ['client'],
  names: [{ type: 'url', value: workerUri(name) }],
});

/** ECDSA over P-256: known to every TLS of the last decade, and quickly made. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** Clocks of a cluster differ a little. */
const EARLIER_MS = 3_600_000;

/** A new authority for one installation. */
export async function createAuthority(lifetime: Lifetime): Promise<Authority> {
  const keys = await newKeys();
  const name = `CN=Foldwise authority ${randomBytes(4).toString('hex')}`;
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: newSerial(), name, keys, signingAlgorithm: ALGORITHM, ...span(lifetime) },
    extensions: [
      // It signs certificates of programs, and no other authorities.
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issuer: Issuer = { authority, key: keys.privateKey };
  return {
    own: { certificate: pemOf(authority), key: keyPem(keys.privateKey) },
    certify: (subject, during) => certify(issuer, subject, during),
  };
}

interface Issuer {
  readonly authority: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

const USAGES = {
  server: ExtendedKeyUsage.serverAuth,
  client: ExtendedKeyUsage.clientAuth,
} as const;

async function certify(
  { authority, key }: Issuer,
  { commonName, usages, names }: Subject,
  lifetime: Lifetime,
): Promise<Made> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create({
    ...{ serialNumber: newSerial(), subject: `CN=${commonName}`, issuer: authority.subject },
    ...{ publicKey: keys.publicKey, signingKey: key, signingAlgorithm: ALGORITHM },
    ...span(lifetime),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(
        usages.map((usage) => USAGES[usage]),
        true,
      ),
      new SubjectAlternativeNameExtension([...names], false),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return { certificate: pemOf(certificate), key: keyPem(keys.privateKey) };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** 16 random bytes, the first bit 0: a positive number, as the standard asks. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function span({ from, days }: Lifetime): { readonly notBefore: Date; readonly notAfter: Date } {
  return {
    notBefore: new Date(from.getTime() - EARLIER_MS),
    notAfter: new Date(from.getTime() + days * DAY_MS),
  };
}

const pemOf = (certificate: X509Certificate): string => `${certificate.toString('pem')}\n`;

function keyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}
