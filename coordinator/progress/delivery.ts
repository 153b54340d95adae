import pRetry from 'p-retry';
import { toMessage, type EventMessage } from '../../shared/event-message.ts';
import type { NatsLink } from '../../shared/nats/link.ts';
import { NatsProblem } from '../../shared/nats/problem.ts';
import { openChannel, type Channel } from './channel.ts';
import type { Deliver } from './outbox.ts';
import type { Telling } from './telling.ts';

export interface DeliveryOptions {
  /** Connects once; called again when the connection is lost, or there is none. */
  readonly connect: (signal: AbortSignal) => Promise<NatsLink>;
  readonly telling: Telling;
}

export interface Delivery {
  readonly deliver: Deliver;
  /** Waits until those who watch have been sent everything, but not for ever; then hangs up. */
  readonly close: (deadlineMs: number) => Promise<void>;
}

/** A tenth of a second at first, soon two, for ever. */
const PATIENCE = { retries: Infinity, factor: 2, minTimeout: 100, maxTimeout: 2_000 } as const;

/**
 * Delivers events over NATS: to a stream where the server has JetStream, and else to whoever
 * listens. A broken connection is replaced; an event counts once the server has said that it has it.
 */
export function openDelivery({ connect, telling }: DeliveryOptions): Delivery {
  const holder = createHolder(connect, telling);
  const attempt = async (message: EventMessage, signal: AbortSignal): Promise<boolean> => {
    try {
      await (await holder.channel(signal)).put(message);
      telling.well();
      return true;
    } catch (error) {
      if (!(error instanceof NatsProblem) || error.kind !== 'too large') {
        await holder.drop();
        throw error;
      }
      telling.trouble(error);
      return false;
    }
  };
  return {
    deliver: async (event, signal) => {
      const message = toMessage(event);
      const onFailedAttempt = ({ error }: { error: Error }): void => {
        if (!signal.aborted) telling.trouble(error);
      };
      return pRetry(() => attempt(message, signal), { ...PATIENCE, signal, onFailedAttempt });
    },
    close: async (deadlineMs) => {
      await holder.current()?.settle(deadlineMs);
      await holder.drop();
    },
  };
}

/** Holds the channel in use, while there is one. */
function createHolder(connect: DeliveryOptions['connect'], telling: Telling) {
  let channel: Channel | undefined;
  return {
    current: () => channel,
    channel: async (signal: AbortSignal): Promise<Channel> => {
      if (channel) return channel;
      const opened = await openChannel(await connect(signal), telling.withoutHistory);
      channel = opened;
      // Lost while nothing was to be sent: the next event finds a new one without further ado.
      void opened.link.closed.then(() => {
        if (channel === opened) channel = undefined;
      });
      return opened;
    },
    drop: async (): Promise<void> => {
      const dropped = channel;
      channel = undefined;
      await dropped?.link.close();
    },
  };
}
