import pRetry from 'p-retry';
import { plain } from '../../coordinator/report/format.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import { CREDENTIALS_HINT } from '../nats/credentials.ts';
import type { NatsAccess } from '../../shared/nats/access.ts';
import { connectNats } from '../../shared/nats/client.ts';
import type { NatsLink } from '../../shared/nats/link.ts';
import { NatsProblem } from '../../shared/nats/problem.ts';

export interface PatientOptions {
  readonly access: NatsAccess;
  /** Names the servers in messages. */
  readonly shown: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Half a second at first, soon five, for ever. */
const PATIENCE = { retries: Infinity, factor: 2, minTimeout: 500, maxTimeout: 5_000 } as const;

/**
 * Gives a function that connects, however long it takes, and says once when that is not at once.
 *
 * @throws FoldwiseError where the server does not let us in; the reason of the signal
 */
export function createConnector(options: PatientOptions): () => Promise<NatsLink> {
  const { access, shown, signal, say } = options;
  let isDenialTold = false;
  const onDenied = (what: string): void => {
    if (!isDenialTold) say(`warning: NATS at ${shown} denies permission: ${plain(what)}`);
    isDenialTold = true;
  };
  return async () => {
    let isTold = false;
    const link = await pRetry(() => connectNats(access, { signal, onDenied }), {
      ...PATIENCE,
      signal,
      shouldRetry: ({ error }) => error instanceof NatsProblem && error.kind === 'unreachable',
      onFailedAttempt: ({ error }) => {
        if (isTold || signal.aborted || !isUnreachable(error)) return;
        isTold = true;
        say(`NATS at ${shown} is out of reach (${plain(error.message)}); trying again and again`);
      },
    }).catch((error: unknown) => {
      throw error instanceof NatsProblem ? refusal(error, shown) : error;
    });
    if (isTold) say(`connected to NATS at ${shown}`);
    return link;
  };
}

const isUnreachable = (error: Error): boolean =>
  error instanceof NatsProblem && error.kind === 'unreachable';

function refusal(error: NatsProblem, shown: string): FoldwiseError {
  return new FoldwiseError(`NATS at ${shown}: ${plain(error.message)}; ${CREDENTIALS_HINT}`, {
    cause: error,
  });
}
