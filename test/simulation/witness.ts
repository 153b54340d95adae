import type { CoordinatorMessageInput } from '../../shared/wire/contract.ts';
import type { Historian } from './historian.ts';

/** Sees every message of the coordinator: nothing may leave it that the disk does not have. */
export interface Witness {
  /** @returns what is wrong with it */
  readonly saw: (worker: string, message: CoordinatorMessageInput) => string[];
}

interface Id {
  readonly task: string;
  readonly fold: number;
  readonly attempt: number;
}

const KEYS: Readonly<Record<string, string>> = {
  TASK_TEST: 'test',
  TASK_TRANSFER_PAPER: 'transfer-paper',
  TASK_TRANSFER_FIT: 'transfer-fit',
};
const keyOf = ({ task, fold }: Id): string => KEYS[task] ?? `fold ${fold}`;

export function createWitness(historian: Historian): Witness {
  const given = new Map<string, string>();
  return {
    saw: (worker, { fold, evaluation, accepted }) => {
      const assigned = (fold ?? evaluation)?.id as unknown as Id | undefined;
      const found: string[] = [];
      if (assigned) {
        const key = keyOf(assigned);
        const { attempt } = assigned;
        const what = `${key}, attempt ${attempt}`;
        const holder = given.get(what) ?? worker;
        given.set(what, holder);
        if (holder !== worker) found.push(`${what} was given to ${holder} and to ${worker}`);
        if (!historian.hasBegun(key, attempt))
          found.push(`${what} was given before it was durable`);
        if (evaluation && !historian.isSelected())
          found.push(`${what} before the selection was durable`);
      }
      if (accepted?.id) {
        const id = accepted.id as unknown as Id;
        const isDurable = historian.hasAccepted(keyOf(id), id.attempt);
        if (!isDurable) found.push(`${keyOf(id)} was acknowledged before it was durable`);
      }
      return found;
    },
  };
}
