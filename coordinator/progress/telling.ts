import { NatsProblem } from '../../shared/nats/problem.ts';
import { plain } from '../report/format.ts';

export interface TellingOptions {
  /** Names the servers in what is told. */
  readonly where: string;
  /** Good to know. */
  readonly onNote: (text: string) => void;
  /** Something is wrong; said once, until it is well again. */
  readonly onTrouble: (text: string) => void;
}

export type Telling = ReturnType<typeof createTelling>;

/** Says each thing once: what is wrong until it is well again, and that nothing is kept at all. */
export function createTelling({ where, onNote, onTrouble }: TellingOptions) {
  const told = new Set<string>();
  let isDenialTold = false;
  let isHistoryTold = false;
  return {
    trouble: (error: Error): void => {
      const kind = error instanceof NatsProblem ? error.kind : 'other';
      if (told.has(kind)) return;
      told.add(kind);
      const what = `progress does not reach NATS at ${where}: ${plain(error.message)}`;
      onTrouble(`${what}; the run goes on, and keeps trying`);
    },
    /** The server says it apart from the call that asked for it, and again at each attempt. */
    denied: (what: string): void => {
      if (isDenialTold) return;
      isDenialTold = true;
      onTrouble(`NATS at ${where} denies permission: ${plain(what)}`);
    },
    well: (): void => {
      if (told.size > 0) onNote(`progress reaches NATS at ${where} now`);
      told.clear();
    },
    withoutHistory: (why: string): void => {
      if (isHistoryTold) return;
      isHistoryTold = true;
      onNote(`NATS at ${where} keeps no history (${plain(why)}): late watchers see only the rest`);
    },
  };
}
