import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import type { NatsAccess, NatsTls } from './access.ts';

type Files = Partial<Record<keyof NatsTls, string>>;
type Identity = Pick<ConnectionOptions, 'checkServerIdentity'>;

/** TLS as the package `nats` takes it; it passes on what it does not know. */
export function tlsOptionsOf({ servers, tls }: NatsAccess): (Files & Identity) | undefined {
  if (tls === undefined) return undefined;
  const files: Files = Object.fromEntries(Object.entries(tls).filter(([, file]) => file));
  const identity: Identity = {
    checkServerIdentity: (asked, certificate) => {
      const problems = namesOf(asked, servers).map((name) =>
        checkServerIdentity(name, certificate),
      );
      return problems.some((problem) => problem === undefined) ? undefined : problems[0];
    },
  };
  return { ...files, ...identity };
}

/** Of a server that is named by its IP address, the package asks whether it is "localhost". */
function namesOf(asked: string, servers: readonly string[]): readonly string[] {
  const hosts = servers.map((server) => server.replace(/:\d+$/, '').replaceAll(/[[\]]/g, ''));
  const meant = hosts.filter((host) => isIP(host) !== 0 || host === asked);
  return asked === 'localhost' && meant.length > 0 ? meant : [asked];
}

const UNKNOWN_AUTHORITY = /^(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|.*SELF_SIGNED_CERT)/;
const OUR_CERTIFICATE = /ALERT_\w*(CERT|UNKNOWN_CA)/;

/** What is wrong with the certificates of a connection, in words, by the code of its error. */
export function certificateProblem(code: string): string | undefined {
  if (UNKNOWN_AUTHORITY.test(code)) {
    return 'the authority of its certificate is not known here: NATS_CA names one';
  }
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'its certificate is not valid yet';
  if (!OUR_CERTIFICATE.test(code)) return undefined;
  return 'it refuses our certificate, or that we show none: NATS_CERT and NATS_KEY name one';
}
