import type { Logger } from 'pino';
import type { AttemptId } from '../shared/wire/results.ts';
import type { Heartbeat, Reattachment, WorkerSaid } from '../shared/wire/session.ts';
import { Attempt } from './attempt.ts';
import type { DatasetCache } from './cache.ts';
import type { Connection } from './connection.ts';
import { isSameAttempt, Outbox } from './outbox.ts';
import type { Trainer } from './runner.ts';
import type { Instruction, Renewal, Session, SessionOwner, Welcome } from './session.ts';
import { idOf, type Assignment, type Workplace } from './workplace.ts';

export interface DeskOptions {
  readonly connection: Connection;
  readonly cache: DatasetCache;
  readonly trainer: Trainer;
  readonly data?: string;
  readonly log: Logger;
  readonly onState: (line: string) => void;
}

/**
 * What a worker does for a run, across all of its sessions: at most one assignment at a time,
 * begun, cancelled and ended as the coordinator says. Work goes on while there is no session, and
 * what it brings is told in the next one.
 */
export class Desk implements SessionOwner {
  readonly #options: DeskOptions;
  readonly #outbox = new Outbox();
  #identity: Welcome | null = null;
  #session: Session | null = null;
  #attempt: Attempt | null = null;
  /** Of the last attempt, whether it is still in hand or not. */
  #ended: Promise<void> = Promise.resolve();
  #leavingReason: string | null = null;
  #ending: { readonly succeeded: boolean; readonly reason: string } | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Why the run did not succeed; null while it is not over, and where it did. */
  get failure(): string | null {
    return this.#ending?.succeeded === false ? this.#ending.reason : null;
  }

  get isDone(): boolean {
    return this.#ending !== null;
  }

  /** What it shows when it comes back; null before its first welcome. */
  get reattachment(): Reattachment | null {
    if (this.#identity === null) return null;
    const { run, worker, ticket } = this.#identity;
    return { run, worker, ticket, ...this.#held() };
  }

  /** The session is over; work goes on. @returns whether there was one */
  disconnected(): boolean {
    const wasWelcome = this.#session !== null;
    this.#session = null;
    return wasWelcome;
  }

  pulse(number: number): Omit<Heartbeat, 'number'> {
    this.#outbox.mark(number);
    const { epoch, checkpointEpoch } = this.#attempt?.progress ?? { epoch: 0, checkpointEpoch: 0 };
    return { ...this.#held(), epoch, checkpointEpoch };
  }

  receive(said: Instruction, session: Session): void {
    const { onState } = this.#options;
    switch (said.body) {
      case 'welcome':
        return this.#settleIn(said, session);
      case 'fold':
        return this.#begin({ kind: 'fold', assignment: said.assignment });
      case 'evaluation':
        return this.#begin({ kind: 'evaluation', assignment: said.assignment });
      case 'cancel':
        return this.#drop(said.id, said.reason);
      case 'accepted':
        if (this.#attempt !== null && isSameAttempt(said.id, this.#attempt.id)) {
          onState(`result of ${said.id.task} ${said.id.fold} accepted`);
        }
        return this.#close(said.id);
      case 'done':
        this.#ending = said;
        return;
    }
  }

  renewed({ number, verdict, attempt }: Renewal): void {
    this.#outbox.acknowledge(number);
    if (attempt === null) return;
    if (verdict === 'lost') this.#drop(attempt, 'it is no longer ours');
    else if (verdict === 'cancel') this.#drop(attempt, 'it is no longer wanted');
    else if (this.#attempt?.isTold && !this.#outbox.hasAbout(attempt)) this.#close(attempt);
  }

  /**
   * Ends what is under way so that another worker can go on with it, and gives it back. Takes
   * nothing more.
   *
   * @param graceMs - within which the state of a training has to be saved
   * @returns once there is nothing left to do here but to tell, if that is possible
   */
  async leave(reason: string, graceMs: number): Promise<void> {
    this.#leavingReason = reason;
    const attempt = this.#attempt;
    if (attempt !== null) {
      this.#options.onState(`${reason}: saving the state of ${nameOf(attempt.id)}`);
      attempt.drain();
      const timer = setTimeout(() => attempt.drop(), graceMs);
      await attempt.settled;
      clearTimeout(timer);
    }
    this.#handBack(this.#attempt?.id ?? null);
    this.#attempt = null;
    this.#session?.leave();
  }

  /** Drops what is under way and waits until nothing of it is left. */
  async clear(): Promise<void> {
    this.#attempt?.drop();
    await this.#ended;
  }

  #held(): { readonly attempt?: AttemptId } {
    return this.#attempt === null ? {} : { attempt: this.#attempt.id };
  }

  #say(said: WorkerSaid): void {
    this.#outbox.put(said);
    this.#session?.send(said);
  }

  #settleIn(welcome: Welcome, session: Session): void {
    const { onState } = this.#options;
    const before = this.#identity;
    const isKnown = before?.run === welcome.run && before.worker === welcome.worker;
    if (!isKnown && before !== null) this.#forgetAll();
    this.#identity = welcome;
    this.#session = session;
    onState(`${isKnown ? 'back in' : 'joined'} run ${welcome.run} as ${welcome.worker}`);
    for (const said of this.#outbox.begin()) session.send(said);
    if (this.#leavingReason !== null && this.#attempt === null) session.leave();
  }

  /** The coordinator does not know this worker any more. */
  #forgetAll(): void {
    if (this.#attempt !== null) this.#drop(this.#attempt.id, 'the lease was over');
    this.#outbox.clear();
  }

  #begin(work: Assignment): void {
    if (this.#identity === null) return;
    if (this.#leavingReason !== null) return this.#handBack(idOf(work));
    const before = this.#attempt;
    if (before !== null && isSameAttempt(before.id, idOf(work))) return;
    // Another assignment comes only once the coordinator is done with the last, whatever we know.
    if (before !== null) {
      this.#outbox.forget(before.id);
      before.drop();
    }
    this.#attempt = new Attempt(this.#placeFor(this.#identity), work, this.#ended);
    this.#ended = this.#attempt.ended;
  }

  #placeFor({ worker }: Welcome): Workplace {
    const { connection, cache, trainer, data, log, onState } = this.#options;
    return {
      ...{ connection, worker, cache, trainer, onState },
      ...(data === undefined ? {} : { localData: data }),
      say: (said) => this.#say(said),
      onOutput: (line) => log.debug({ line }, 'trainer'),
    };
  }

  #handBack(id: AttemptId | null): void {
    const reason = this.#leavingReason ?? 'the worker leaves';
    this.#say({ body: 'handBack', ...(id === null ? {} : { id }), reason });
  }

  #drop(id: AttemptId, reason: string): void {
    const attempt = this.#attempt;
    if (attempt === null || !isSameAttempt(id, attempt.id)) return;
    if (!attempt.isTold) this.#options.onState(`stopping ${nameOf(id)}: ${reason}`);
    attempt.drop();
    this.#close(id);
  }

  /** Nothing more is to be done or told about an attempt. */
  #close(id: AttemptId): void {
    this.#outbox.forget(id);
    if (this.#attempt === null || !isSameAttempt(id, this.#attempt.id)) return;
    this.#attempt.settle();
    this.#attempt = null;
  }
}

const nameOf = ({ task, fold, attempt }: AttemptId): string =>
  task === 'fold' ? `fold ${fold}, attempt ${attempt}` : `the ${task} evaluation of fold ${fold}`;
