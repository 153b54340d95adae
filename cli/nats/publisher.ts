import { openDelivery } from '../../coordinator/progress/delivery.ts';
import { openOutbox } from '../../coordinator/progress/outbox.ts';
import { createTelling } from '../../coordinator/progress/telling.ts';
import type { RunRecord } from '../../coordinator/record/record.ts';
import { counted } from '../../coordinator/report/format.ts';
import { asError } from '../../shared/errors.ts';
import type { RecordedEvent } from '../../shared/events.ts';
import type { NatsAccess } from '../../shared/nats/access.ts';
import { connectNats } from '../../shared/nats/client.ts';
import { findNatsServer, startNatsServer, type LocalNatsServer } from './server.ts';
import type { NatsTarget } from './target.ts';

/** Publishes the events of a run; nothing of it makes the run wait or fail. */
export interface ProgressPublisher {
  /** The last event that was delivered before; 0 where none was, or to another server. */
  readonly delivered: number;
  readonly send: (event: RecordedEvent) => void;
  /** Delivers what is left, for a short while, and says how much was not delivered. */
  readonly close: (outcome: 'finished' | 'stopped') => Promise<void>;
}

export interface PublisherOptions {
  readonly target: NatsTarget;
  /** Keeps how far the delivery is. */
  readonly record?: Pick<RunRecord, 'delivered' | 'markDelivered'>;
  /** Where a server that is started here writes its log. */
  readonly logDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the run shall end early. */
  readonly signal: AbortSignal;
  /** Finds the program; another one in tests. */
  readonly find?: (env: PublisherOptions['env']) => string | undefined;
  readonly onNote: (text: string) => void;
  readonly onWarning: (text: string) => void;
}

/** An interrupted program has five seconds for everything. */
const DRAIN_MS = { finished: 3_000, stopped: 1_000 } as const;
const SETTLE_MS = 500;

/** Starts publishing; whatever takes time goes on beside the run. */
export function openPublisher(options: PublisherOptions): ProgressPublisher {
  const opening = openLine(options);
  const { target, record } = options;
  return {
    delivered: target.kind === 'servers' ? (record?.delivered() ?? 0) : 0,
    send: (event) => void opening.then((line) => line?.send(event)),
    close: async (outcome) => {
      const line = await opening;
      await line?.close(DRAIN_MS[outcome]);
    },
  };
}

interface Line {
  readonly send: (event: RecordedEvent) => void;
  readonly close: (deadlineMs: number) => Promise<void>;
}

async function openLine(options: PublisherOptions): Promise<Line | undefined> {
  const { target, onNote } = options;
  switch (target.kind) {
    case 'none':
      return undefined;
    case 'servers':
      return lineTo(target.access, target.shown, options);
    case 'auto': {
      const server = await serverHere(options);
      if (!server) return undefined;
      onNote(`watch from another terminal: npx foldwise watch --nats ${server.url}`);
      const line = lineTo(server.access, server.url, options);
      const close = async (deadlineMs: number): Promise<void> => {
        await line.close(deadlineMs);
        await server.stop(deadlineMs);
      };
      return { ...line, close };
    }
  }
}

async function serverHere(options: PublisherOptions): Promise<LocalNatsServer | undefined> {
  const { env, logDir, signal, onNote, onWarning } = options;
  const program = (options.find ?? findNatsServer)(env);
  if (program === undefined) {
    onNote(
      'no nats-server found: "foldwise watch" needs one (Debian, Ubuntu: package nats-server)',
    );
    return undefined;
  }
  try {
    return await startNatsServer({ program, logDir, env, signal });
  } catch (error) {
    if (!signal.aborted)
      onWarning(`warning: "foldwise watch" cannot follow: ${asError(error).message}`);
    return undefined;
  }
}

function lineTo(access: NatsAccess, where: string, options: PublisherOptions): Line {
  const { onNote, onWarning } = options;
  const onTrouble = (text: string): void => onWarning(`warning: ${text}`);
  const telling = createTelling({ where, onNote, onTrouble });
  const connect = (signal: AbortSignal) =>
    connectNats(access, { signal, onDenied: telling.denied });
  const delivery = openDelivery({ connect, telling });
  const outbox = openOutbox(delivery.deliver, async ({ sequence }) => {
    // A cursor that cannot be kept costs repeated events, which readers know by their sequence.
    await options.record?.markDelivered(sequence).catch(() => undefined);
  });
  const hint = options.target.kind === 'servers' ? ', and --resume sends them' : '';
  return {
    send: outbox.send,
    close: async (deadlineMs) => {
      const left = await outbox.drain(deadlineMs);
      await delivery.close(SETTLE_MS);
      if (left === 0) return;
      onTrouble(
        `${counted(left, 'event')} did not reach NATS at ${where}; events.ndjson has all${hint}`,
      );
    },
  };
}
