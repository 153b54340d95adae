import { isIP } from 'node:net';
import { UsageError } from '../../shared/errors.ts';

/** A name that the coordinator's certificate is good for. */
export interface HostName {
  readonly type: 'dns' | 'ip';
  readonly value: string;
}

/** Always among the coordinator's names: whoever does not know where it will run can ask for it. */
export const COORDINATOR_NAME = 'foldwise-coordinator';

const DNS_NAME = /^(?=.{1,253}$)(\*\.)?[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*$/i;
const MOST_HOSTS = 100;

/**
 * The names of the coordinator's certificate: those given, those of this machine, and its own.
 *
 * @throws UsageError where one is neither a name of a host nor an IP address
 */
export function hostNames(given: readonly string[], machine: string): HostName[] {
  if (given.length > MOST_HOSTS) {
    throw new UsageError(`--host: expected at most ${MOST_HOSTS} names, got ${given.length}`);
  }
  const own = DNS_NAME.test(machine) ? [machine] : [];
  const all = [...given, ...own, 'localhost', COORDINATOR_NAME, '127.0.0.1', '::1'];
  return [...new Set(all.map((name) => name.toLowerCase()))].map(hostName);
}

function hostName(value: string): HostName {
  if (isIP(value) !== 0) return { type: 'ip', value };
  if (DNS_NAME.test(value) && !/^[\d.]+$/.test(value)) return { type: 'dns', value };
  throw new UsageError(
    `--host: expected the name of a machine or an IP address, got ${JSON.stringify(value)}`,
  );
}
