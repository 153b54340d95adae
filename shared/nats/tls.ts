import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { readTextFile } from '../text-file.ts';
import type { NatsAccess, NatsTls } from './access.ts';

type Contents = Partial<Record<'ca' | 'cert' | 'key', string>>;
type Identity = Pick<ConnectionOptions, 'checkServerIdentity'>;

/**
 * TLS as the package `nats` takes it; it passes on what it does not know. Contents, not files: it
 * would read those in the midst of connecting, when nothing listens for the errors of its socket.
 *
 * @param onTrusted called once a handshake has ended and the server is who it should be
 * @throws DataError for a file that cannot be read
 */
export async function tlsOptionsOf(
  { servers, tls }: NatsAccess,
  onTrusted: () => void,
): Promise<(Contents & Identity) | undefined> {
  if (tls === undefined) return undefined;
  const identity: Identity = {
    checkServerIdentity: (asked, certificate) => {
      const problems = namesOf(asked, servers).map((name) =>
        checkServerIdentity(name, certificate),
      );
      if (problems.every((problem) => problem !== undefined)) return problems[0];
      onTrusted();
      return undefined;
    },
  };
  return { ...(await contentsOf(tls)), ...identity };
}

const MOST_BYTES = 2 ** 20;

async function contentsOf({ caFile, certFile, keyFile }: NatsTls): Promise<Contents> {
  const read = (file: string, name: string): Promise<string> =>
    readTextFile(file, { shownAs: `${name} ${file}`, mostBytes: MOST_BYTES });
  return {
    ...(caFile && { ca: await read(caFile, 'NATS_CA') }),
    ...(certFile && { cert: await read(certFile, 'NATS_CERT') }),
    ...(keyFile && { key: await read(keyFile, 'NATS_KEY') }),
  };
}

/** Of a server that is named by its IP address, the package asks whether it is "localhost". */
function namesOf(asked: string, servers: readonly string[]): readonly string[] {
  const hosts = servers.map((server) => server.replace(/:\d+$/, '').replaceAll(/[[\]]/g, ''));
  const meant = hosts.filter((host) => isIP(host) !== 0 || host === asked);
  return asked === 'localhost' && meant.length > 0 ? meant : [asked];
}

const UNKNOWN_AUTHORITY = /^(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|.*SELF_SIGNED_CERT)/;
const OURS = 'our certificate, or that we show none: NATS_CERT and NATS_KEY name one';
const OUR_CERTIFICATE = /ALERT_\w*(CERT|UNKNOWN_CA)/;

/** What is wrong with the certificates of a connection, in words, by the code of its error. */
export function certificateProblem(code: string): string | undefined {
  if (UNKNOWN_AUTHORITY.test(code)) {
    return 'the authority of its certificate is not known here: NATS_CA names one';
  }
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'its certificate is not valid yet';
  if (!OUR_CERTIFICATE.test(code)) return undefined;
  return `it refuses ${OURS}`;
}

/**
 * With TLS 1.3 a client is done before the server has seen its certificate, and its first words race
 * with the server's refusal: who writes to a connection that is closed cannot read why it was.
 */
export const HUNG_UP_ON_US = `it hangs up right after the TLS handshake, and may refuse ${OURS}`;
