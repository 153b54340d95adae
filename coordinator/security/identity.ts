import type { WorkerId } from '../../shared/domain.ts';

/** Who a caller has shown to be. Pure. */
export type Identity =
  /** It holds the key of a certificate that names this worker. */
  | { readonly kind: 'certificate'; readonly name: string }
  /** It knows the token of the run. */
  | { readonly kind: 'token' }
  /** It could connect: only programs on this machine can, or the user said that it may. */
  | { readonly kind: 'local' };

/** Parts the name of a certificate from the rest; neither that name nor a host's can contain it. */
const SEPARATOR = '_';

/**
 * What the id of a new worker begins with: the name of its certificate, else the host it says it is
 * on, and the number of its process. At most 51 characters, which leaves room to make it unique.
 */
export function workerIdBase(
  identity: Identity,
  { host, pid }: { readonly host: string; readonly pid: number },
): string {
  if (identity.kind === 'certificate') return `${identity.name}${SEPARATOR}${pid}`;
  const slug = host
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return `${slug.slice(0, 40).replace(/-$/, '') || 'worker'}-${pid}`;
}

/**
 * Whether a caller may greet, upload or fetch as a worker. A ticket shows that somebody was welcomed
 * under that id; a certificate besides binds the id to its own name, so that a stolen ticket is
 * worth nothing to others.
 */
export function mayActAs(identity: Identity, worker: WorkerId, ticketIsValid: boolean): boolean {
  if (!ticketIsValid) return false;
  return identity.kind !== 'certificate' || owns(identity.name, worker);
}

/**
 * Whether a worker's id belongs to the caller's certificate, for calls that carry no ticket. Where
 * callers have no certificates, nothing tells them apart.
 */
export function isOwnId(identity: Identity, worker: WorkerId): boolean {
  return identity.kind !== 'certificate' || owns(identity.name, worker);
}

const owns = (name: string, worker: WorkerId): boolean => worker.startsWith(`${name}${SEPARATOR}`);
