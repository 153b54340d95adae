/**
 * How a certificate says that it is a worker's: by one URI among its alternative names, as SPIFFE
 * does. Names of hosts are not asked, since they say where something runs and not what it may do,
 * and the subject is free text that no two tools print alike.
 */
const PREFIX = 'URI:spiffe://foldwise/worker/';

/** No "_": it parts the name of a certificate from the rest of a worker's id. */
export const WORKER_NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** The URI that a worker's certificate carries. */
export const workerUri = (name: string): string => `spiffe://foldwise/worker/${name}`;

/**
 * The worker that a certificate names; undefined for the certificate of anything else, and for one
 * that names several.
 *
 * @param alternativeNames - as Node gives them: "DNS:localhost, URI:spiffe://…"; it escapes commas
 *   within a name, so that none can pose as two
 */
export function workerNameIn(alternativeNames: string | undefined): string | undefined {
  const named = (alternativeNames ?? '').split(', ').filter((entry) => entry.startsWith(PREFIX));
  const name = named[0]?.slice(PREFIX.length);
  if (named.length !== 1 || name === undefined) return undefined;
  return WORKER_NAME_PATTERN.test(name) ? name : undefined;
}
