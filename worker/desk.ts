import type { Logger } from 'pino';
import type { CoordinatorClient } from '../shared/wire/contract.ts';
import type { CoordinatorSaid } from '../shared/wire/session.ts';
import { carryOut, type Assignment, type Workplace } from './assignment.ts';
import type { DatasetCache } from './cache.ts';
import type { Trainer } from './runner.ts';
import type { Session } from './session.ts';

export interface DeskOptions {
  readonly client: CoordinatorClient;
  readonly cache: DatasetCache;
  readonly trainer: Trainer;
  readonly data?: string;
  readonly log: Logger;
  readonly onState: (line: string) => void;
}

/**
 * What a worker does in one session: at most one assignment at a time, begun, cancelled and ended
 * as the coordinator says.
 */
export class Desk {
  readonly #options: DeskOptions;
  #place: Workplace | null = null;
  #current: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  #ending: { readonly succeeded: boolean; readonly reason: string } | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Why the run did not succeed; null while it is not over, and where it did. */
  get failure(): string | null {
    return this.#ending?.succeeded === false ? this.#ending.reason : null;
  }

  receive(said: CoordinatorSaid, session: Session): void {
    const { onState } = this.#options;
    switch (said.body) {
      case 'welcome':
        onState(`joined run ${said.run} as ${said.worker}`);
        this.#place = this.#settle(said, session);
        return;
      case 'fold':
        return this.#begin({ kind: 'fold', assignment: said.assignment });
      case 'evaluation':
        return this.#begin({ kind: 'evaluation', assignment: said.assignment });
      case 'cancel':
        onState(`told to stop ${said.id.task} ${said.id.fold}: ${said.reason}`);
        return this.#current?.abort.abort();
      case 'accepted':
        return onState(`result of ${said.id.task} ${said.id.fold} accepted`);
      case 'done':
        this.#ending = said;
        return;
    }
  }

  /** Stops what is under way and waits until nothing of it is left. */
  async clear(): Promise<void> {
    this.#current?.abort.abort();
    await this.#current?.done;
  }

  #settle({ worker }: Extract<CoordinatorSaid, { body: 'welcome' }>, session: Session): Workplace {
    const { client, cache, trainer, data, log, onState } = this.#options;
    return {
      client,
      worker,
      cache,
      trainer,
      ...(data === undefined ? {} : { localData: data }),
      send: session.send,
      onState,
      onOutput: (line) => log.debug({ line }, 'trainer'),
    };
  }

  #begin(assignment: Assignment): void {
    const place = this.#place;
    if (place === null) return;
    const abort = new AbortController();
    // Another assignment comes only after a result, a failure or a cancellation of the last.
    const before = this.#current?.done ?? Promise.resolve();
    this.#current = { abort, done: before.then(() => carryOut(place, assignment, abort.signal)) };
  }
}
