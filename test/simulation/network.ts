import { EventEmitter } from 'node:events';
import type { Sessions } from '../../coordinator/sessions.ts';
import type { CoordinatorMessageInput } from '../../shared/wire/contract.ts';
import { encodeWorkerMessage, type WorkerSaid } from '../../shared/wire/session.ts';
import type { Chance } from './chance.ts';
import type { Clock } from './clock.ts';

/** How well messages travel. */
export interface Weather {
  readonly latencyMs: number;
  /** Of each message; a stream that loses one has broken, unless the weather is foul. */
  readonly loss: number;
  readonly duplication: number;
  /** How often one is held up, and overtaken by others. */
  readonly reordering: number;
}

export const CALM: Weather = { latencyMs: 5, loss: 0, duplication: 0, reordering: 0 };

/** One session over the network, as both ends see it. */
export interface Connection {
  readonly say: (said: WorkerSaid) => void;
  /**
   * Breaks it.
   *
   * @param isNoticed - which ends are told; the others find out by silence
   */
  readonly break: (isNoticed: { readonly worker: boolean; readonly coordinator: boolean }) => void;
}

export interface Ends {
  readonly sessions: Sessions;
  readonly onMessage: (message: CoordinatorMessageInput) => void;
  readonly onBreak: (code: number | null) => void;
  /** What the coordinator puts on the wire, before it travels. */
  readonly onSent: (message: CoordinatorMessageInput) => void;
  /** A message of the worker has arrived. */
  readonly onHeard: (said: WorkerSaid) => void;
}

/** The server's side of a call, as far as sessions use it. */
class Call extends EventEmitter {
  readonly metadata = { get: () => [] };
  #write: (message: CoordinatorMessageInput) => void;

  constructor(write: (message: CoordinatorMessageInput) => void) {
    super();
    this.#write = write;
  }

  getAuthContext = () => ({});
  write = (message: CoordinatorMessageInput): boolean => {
    this.#write(message);
    return true;
  };
  end = (): void => void this.emit('ended');
}

export interface Travel {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly weather: () => Weather;
}

/** Opens a connection to sessions that listen. */
export function connect({ clock, chance, weather }: Travel, ends: Ends): Connection {
  let isOpen = true;
  const send = carrier({ clock, chance, weather });
  const call = new Call((message) => {
    if (!isOpen) return;
    ends.onSent(message);
    send('down', 'welcome' in message, () => isOpen && ends.onMessage(message));
  });
  const close = (code: number | null): void => {
    if (!isOpen) return;
    isOpen = false;
    clock.after(weather().latencyMs, () => ends.onBreak(code));
  };
  ends.sessions.handle(call as unknown as Parameters<Sessions['handle']>[0]);
  call.on('error', ({ code }: { code: number }) => close(code));
  call.on('ended', () => {
    // What was said before arrives before.
    clock.after(2 * weather().latencyMs, () => close(0));
  });
  return {
    say: (said) => {
      const message = { body: said.body, ...encodeWorkerMessage(said) };
      send('up', said.body === 'hello', () => {
        if (!isOpen) return;
        ends.onHeard(said);
        call.emit('data', message);
      });
    },
    break: ({ worker, coordinator }) => {
      if (!isOpen) return;
      isOpen = false;
      if (worker) clock.after(weather().latencyMs, () => ends.onBreak(null));
      if (coordinator) clock.after(weather().latencyMs, () => call.emit('cancelled'));
    },
  };
}

type Direction = 'up' | 'down';

/** Greetings come first and once; what follows them comes as the weather is. */
function carrier({ clock, chance, weather }: Travel) {
  const latestMs: Record<Direction, number> = { up: 0, down: 0 };
  return (direction: Direction, isGreeting: boolean, deliver: () => void): void => {
    const { latencyMs, loss, duplication, reordering } = weather();
    if (chance.happens(loss)) return;
    const arrivesMs = clock.nowMs() + chance.between(0.5, 1.5) * latencyMs;
    const isLate = !isGreeting && chance.happens(reordering);
    // In order, but for what is held up.
    const atMs = isLate
      ? arrivesMs + chance.between(0, 40) * latencyMs
      : Math.max(arrivesMs, latestMs[direction]);
    if (!isLate) latestMs[direction] = atMs;
    clock.after(atMs - clock.nowMs(), deliver);
    if (!isGreeting && chance.happens(duplication)) {
      clock.after(atMs - clock.nowMs() + chance.between(0, 20) * latencyMs, deliver);
    }
  };
}
