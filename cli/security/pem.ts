import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { UsageError } from '../../shared/errors.ts';
import { readTextFile } from '../../shared/text-file.ts';
import { readSecretFile } from './secret-file.ts';

const MOST_BYTES = 2 ** 20;
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

interface Named {
  /** The option, for messages. */
  readonly option: string;
  readonly file: string;
}

/**
 * Reads the certificates of an authority.
 *
 * @throws UsageError where there is none in the file, or none that is valid now
 */
export async function readAuthority(named: Named, now: Date): Promise<Buffer> {
  const { text, certificates } = await readCertificates(named);
  if (!certificates.some((certificate) => validity(certificate, now) === 'valid')) {
    throw outOfTime(named, certificates, now);
  }
  return Buffer.from(text);
}

/** Whom a key pair is for. */
export type Owner = 'coordinator' | 'worker';

interface NamedPair {
  readonly certificate: Named;
  readonly key: Named;
  /** Absent where it may have been made for anything. */
  readonly owner?: Owner;
}

/**
 * Reads a certificate, with those between it and its authority if there are any, and its key.
 *
 * @throws UsageError where one of them cannot be read, they do not belong together, or the
 *   certificate is not valid now, or made for something else
 */
export async function readKeyPair(
  { certificate, key, owner }: NamedPair,
  now: Date,
): Promise<KeyPair> {
  const { text, certificates } = await readCertificates(certificate);
  const [own] = certificates;
  if (own === undefined || validity(own, now) !== 'valid') {
    throw outOfTime(certificate, certificates.slice(0, 1), now);
  }
  const { bytes, object } = await readKey(key);
  if (!own.checkPrivateKey(object)) {
    throw new UsageError(
      `${shown(key)} is not the key of ${shown(certificate)}: give the two files that belong together`,
    );
  }
  if (owner !== undefined && !isFor(owner, own.keyUsage)) {
    throw new UsageError(
      `${shown(certificate)} is not made to be shown by a ${owner} (its extended key usage is ` +
        `${usageText(own.keyUsage)}): give the ${owner}'s own`,
    );
  }
  return { certificate: Buffer.from(text), key: bytes };
}

async function readCertificates(
  named: Named,
): Promise<{ readonly text: string; readonly certificates: readonly X509Certificate[] }> {
  const text = await readTextFile(named.file, { shownAs: shown(named), mostBytes: MOST_BYTES });
  const blocks = text.match(BLOCK) ?? [];
  try {
    const certificates = blocks.map((block) => new X509Certificate(block));
    if (certificates.length > 0) return { text, certificates };
  } catch {
    // Told below: the words of OpenSSL help nobody.
  }
  throw new UsageError(
    `${shown(named)} holds no certificate that can be read, expected PEM: -----BEGIN CERTIFICATE-----`,
  );
}

async function readKey(
  named: Named,
): Promise<{ readonly bytes: Buffer; readonly object: KeyObject }> {
  const shownAs = shown(named);
  const bytes = await readSecretFile(named.file, {
    ...{ shownAs, mostBytes: MOST_BYTES, readers: 'group' },
  });
  try {
    return { bytes, object: createPrivateKey(bytes) };
  } catch {
    throw new UsageError(
      `${shownAs} holds no key that can be read, expected PEM without a passphrase: ` +
        '-----BEGIN PRIVATE KEY-----',
    );
  }
}

const USAGES: Readonly<Record<Owner, string>> = {
  coordinator: '1.3.6.1.5.5.7.3.1',
  worker: '1.3.6.1.5.5.7.3.2',
};
const ANY_USAGE = '2.5.29.37.0';
const USAGE_NAMES: Readonly<Record<string, string>> = {
  [USAGES.coordinator]: 'serverAuth',
  [USAGES.worker]: 'clientAuth',
};

/** A certificate that says nothing of its usage is good for any. */
function isFor(owner: Owner, usages: readonly string[] | undefined): boolean {
  if (usages === undefined || usages.length === 0) return true;
  return usages.includes(USAGES[owner]) || usages.includes(ANY_USAGE);
}

const usageText = (usages: readonly string[]): string =>
  usages.map((usage) => USAGE_NAMES[usage] ?? usage).join(', ');

type Validity = 'valid' | 'not yet' | 'no longer';

function validity(certificate: X509Certificate, now: Date): Validity {
  if (now < new Date(certificate.validFrom)) return 'not yet';
  return now > new Date(certificate.validTo) ? 'no longer' : 'valid';
}

function outOfTime(named: Named, [certificate]: readonly X509Certificate[], now: Date): UsageError {
  const isEarly = certificate !== undefined && validity(certificate, now) === 'not yet';
  return new UsageError(
    isEarly
      ? `${shown(named)} is valid only from ${certificate.validFrom} on: is the clock right?`
      : `${shown(named)} expired on ${certificate?.validTo ?? 'an unknown date'}: make new ones, ` +
          'with "foldwise certs init --dir NEW" for instance',
  );
}

const shown = ({ option, file }: Named): string => `${option} ${file}`;
