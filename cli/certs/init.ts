import { chmod, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { plain } from '../../coordinator/report/format.ts';
import { syncDirectory, writeFully } from '../../shared/durable-files.ts';
import { UsageError } from '../../shared/errors.ts';
import { createWholeFolder } from '../../shared/new-folder.ts';
import type { Context } from '../context.ts';
import { coordinatorSubject, createAuthority, type Made, workerSubject } from './authority.ts';
import { hostNames, type HostName } from './names.ts';

/** As typed: text, or absent. */
export interface CertsFlags {
  readonly dir?: string;
  readonly host?: readonly string[];
  readonly workers?: string;
  readonly days?: string;
}

const MOST_WORKERS = 1000;
const MOST_DAYS = 3650;

/**
 * Makes an authority with certificates for a coordinator and its workers, in a new folder that only
 * its owner can read, wholly or not at all.
 *
 * @throws the signal's reason where it was aborted; UsageError for numbers or names that cannot be, or a folder that is there already
 */
export async function initCerts(flags: CertsFlags, { stdout, signal }: Context): Promise<void> {
  const folder = flags.dir ?? 'certs';
  if (folder === '' || folder.includes('\0')) {
    throw new UsageError(`--dir: expected a path, got ${JSON.stringify(folder)}`);
  }
  const workers = numberOf('--workers', flags.workers ?? '1', MOST_WORKERS);
  const days = numberOf('--days', flags.days ?? '365', MOST_DAYS);
  const hosts = hostNames(flags.host ?? [], hostname());
  const names = Array.from({ length: workers }, (_, index) => `worker-${index + 1}`);
  await createWholeFolder(folder, async (unfinished) => {
    await chmod(unfinished, 0o700);
    await writeCerts(unfinished, { hosts, names, days, signal });
    await syncDirectory(unfinished);
  });
  stdout.write(`${describe(folder, hosts, { workers, days }).join('\n')}\n`);
}

interface Wanted {
  readonly hosts: readonly HostName[];
  /** Of workers. */
  readonly names: readonly string[];
  readonly days: number;
  readonly signal: AbortSignal;
}

async function writeCerts(folder: string, { hosts, names, days, signal }: Wanted): Promise<void> {
  const lifetime = { from: new Date(), days };
  const authority = await createAuthority(lifetime);
  await writePair(folder, 'ca', authority.own);
  await writePair(
    folder,
    'coordinator',
    await authority.certify(coordinatorSubject(hosts), lifetime),
  );
  for (const name of names) {
    signal.throwIfAborted();
    await writePair(folder, name, await authority.certify(workerSubject(name), lifetime));
  }
}

async function writePair(folder: string, name: string, { certificate, key }: Made): Promise<void> {
  await writeNew(path.join(folder, `${name}.crt`), certificate, 0o644);
  await writeNew(path.join(folder, `${name}.key`), key, 0o600);
}

/** The mode holds from the first byte on. */
async function writeNew(name: string, text: string, mode: number): Promise<void> {
  const file = await open(name, 'wx', mode);
  try {
    await writeFully(file, Buffer.from(text));
    await file.sync();
  } finally {
    await file.close();
  }
}

function numberOf(option: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= most) return value;
  throw new UsageError(
    `${option}: expected a whole number from 1 to ${most}, got ${JSON.stringify(text)}`,
  );
}

function describe(
  folder: string,
  hosts: readonly HostName[],
  { workers, days }: { readonly workers: number; readonly days: number },
): string[] {
  const at = (name: string): string => plain(path.join(folder, name));
  const last = workers === 1 ? '' : ` … ${at(`worker-${workers}.crt`)}`;
  return [
    `Certificates for ${days} days:`,
    `  ${at('ca.crt')}           the authority; its key can make more, keep it here`,
    `  ${at('coordinator.crt')}  good for ${hosts.map(({ value }) => value).join(', ')}`,
    `  ${at('worker-1.crt')}${last}`,
    '',
    'Now try:',
    `  npx foldwise coordinator --tls-ca ${at('ca.crt')} --tls-cert ${at('coordinator.crt')} --tls-key ${at('coordinator.key')}`,
    `  npx foldwise worker --tls-ca ${at('ca.crt')} --tls-cert ${at('worker-1.crt')} --tls-key ${at('worker-1.key')}`,
    '',
    'A machine that trains needs ca.crt and one pair of worker-*.crt and worker-*.key, no more.',
  ];
}
