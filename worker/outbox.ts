import type { AttemptId } from '../shared/wire/results.ts';
import type { WorkerSaid } from '../shared/wire/session.ts';

interface Kept {
  readonly said: WorkerSaid;
  /** The heartbeat that followed it in this session; null while none has. */
  followedBy: number | null;
}

/**
 * What a worker has told and the coordinator may not have heard: told again in the next session,
 * in order. Messages of a session arrive in order, so that the answer to a heartbeat says that all
 * before it was heard. A result stays until it is accepted. Pure.
 */
export class Outbox {
  #kept: Kept[] = [];

  put(said: WorkerSaid): void {
    this.#kept.push({ said, followedBy: null });
  }

  /** A heartbeat follows all that was put. */
  mark(heartbeat: number): void {
    for (const kept of this.#kept) kept.followedBy ??= heartbeat;
  }

  /** That heartbeat was answered. */
  acknowledge(heartbeat: number): void {
    this.#kept = this.#kept.filter(({ said, followedBy }) => {
      return isResult(said) || followedBy === null || followedBy > heartbeat;
    });
  }

  /** Nothing about that attempt matters any more. */
  forget(id: AttemptId): void {
    this.#kept = this.#kept.filter(({ said }) => {
      const about = attemptOf(said);
      return about === null || !isSameAttempt(about, id);
    });
  }

  clear(): void {
    this.#kept = [];
  }

  hasAbout(id: AttemptId): boolean {
    return this.#kept.some(({ said }) => {
      const about = attemptOf(said);
      return about !== null && isSameAttempt(about, id);
    });
  }

  /** All there is to tell in a new session. */
  begin(): readonly WorkerSaid[] {
    for (const kept of this.#kept) kept.followedBy = null;
    return this.#kept.map(({ said }) => said);
  }
}

const isResult = ({ body }: WorkerSaid): boolean =>
  body === 'foldResult' || body === 'evaluationResult';

export const isSameAttempt = (one: AttemptId, other: AttemptId): boolean =>
  one.task === other.task && one.fold === other.fold && one.attempt === other.attempt;

/** Which attempt a message is about. */
function attemptOf(said: WorkerSaid): AttemptId | null {
  switch (said.body) {
    case 'hello':
    case 'heartbeat':
      return null;
    case 'epoch':
    case 'warning':
    case 'failed':
      return said.id;
    case 'handBack':
      return said.id ?? null;
    case 'foldResult': {
      const { fold, attempt } = said.result;
      return { task: 'fold', fold, attempt };
    }
    case 'evaluationResult': {
      const { part, fold, attempt } = said.result;
      return { task: part, fold, attempt };
    }
  }
}
