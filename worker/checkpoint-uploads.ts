import { rm } from 'node:fs/promises';
import type { CheckpointInfo } from '../shared/domain.ts';
import { asError } from '../shared/errors.ts';

/** A training state on this machine. */
export interface SavedState {
  readonly info: CheckpointInfo;
  readonly file: string;
}

export interface CheckpointUploadsOptions {
  /** Resolves once the coordinator has it; goes on after interruptions until the signal aborts. */
  readonly upload: (state: SavedState, signal: AbortSignal) => Promise<void>;
  readonly onStored: (info: CheckpointInfo) => void;
  readonly onProblem: (line: string) => void;
  /** Ends what is under way: the attempt is over. */
  readonly signal: AbortSignal;
}

interface Offered extends SavedState {
  readonly settled: () => void;
}

/**
 * Brings the states of a training to the coordinator while it goes on: one at a time, and of those
 * that wait only the newest. Removes their files. An upload that fails fails nothing else.
 */
export class CheckpointUploads {
  readonly #options: CheckpointUploadsOptions;
  #current: Offered | null = null;
  #next: Offered | null = null;
  #isInterrupted = false;
  #running: Promise<void> | null = null;
  /** Ends an upload that is interrupted, where a newer state waits. */
  #obsolete = new AbortController();

  constructor(options: CheckpointUploadsOptions) {
    this.#options = options;
  }

  /**
   * @param settled - told once the state is stored or given up; at once, and maybe again, where the
   *   way to the coordinator is interrupted, which may last
   */
  offer(state: SavedState, settled: () => void = () => undefined): void {
    const before = this.#next;
    if (before !== null) void remove(before);
    this.#next = { ...state, settled };
    if (this.#isInterrupted) settled();
    this.#running ??= this.#run();
  }

  /** An upload does not get on: where a newer state waits, that one has its turn. */
  noteInterruption(): void {
    this.#isInterrupted = true;
    this.#current?.settled();
    this.#next?.settled();
    if (this.#next !== null) this.#obsolete.abort(new Error('a newer checkpoint waits'));
  }

  /** Resolves once nothing is under way: all is stored, or given up. Never rejects. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let state = this.#take(); state !== null; state = this.#take()) await this.#store(state);
    this.#running = null;
  }

  #take(): Offered | null {
    this.#current = this.#options.signal.aborted ? null : this.#next;
    this.#next = null;
    return this.#current;
  }

  async #store(state: Offered): Promise<void> {
    const { upload, signal, onStored, onProblem } = this.#options;
    this.#obsolete = new AbortController();
    const until = AbortSignal.any([signal, this.#obsolete.signal]);
    try {
      await upload(state, until);
      this.#isInterrupted = false;
      onStored(state.info);
    } catch (thrown) {
      const { message } = asError(thrown);
      if (!until.aborted) onProblem(`a checkpoint could not be stored: ${message}`);
    } finally {
      state.settled();
      await remove(state);
    }
  }
}

/** The folder of the attempt goes in the end, whatever is left in it. */
const remove = ({ file }: SavedState): Promise<void> =>
  rm(file, { force: true }).catch(() => undefined);
