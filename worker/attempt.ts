import type { AttemptId } from '../shared/wire/results.ts';
import type { WorkerSaid } from '../shared/wire/session.ts';
import { carryOut } from './assignment.ts';
import { idOf, type Assignment, type Progress, type Workplace } from './workplace.ts';

/**
 * One assignment in the hands of this worker, across all sessions, until the coordinator has its
 * result, or it is dropped or given back.
 */
export class Attempt {
  readonly id: AttemptId;
  readonly progress: Progress;
  /** Nothing of it runs any more; never rejects. */
  readonly ended: Promise<void>;
  /** Nothing more is to be done about it here. */
  readonly settled: Promise<void>;
  readonly settle: () => void;
  /** Its result or its failure is on its way. */
  isTold = false;
  readonly #abort = new AbortController();
  readonly #drain = new AbortController();

  constructor(place: Workplace, work: Assignment, before: Promise<void>) {
    this.id = idOf(work);
    const from = work.kind === 'fold' ? (work.assignment.checkpoint?.epoch ?? 0) : 0;
    this.progress = { epoch: from, checkpointEpoch: from };
    const { promise, resolve } = withResolvers();
    this.settled = promise;
    this.settle = resolve;
    this.ended = before.then(() => this.#carryOut(place, work));
  }

  /** Ends it at once: what it made is worth nothing any more. */
  drop(): void {
    this.#abort.abort(new Error('the attempt was dropped'));
    this.settle();
  }

  /** Ends it as soon as its state is saved; one that is nearly done is brought to its end. */
  drain(): void {
    this.#drain.abort(new Error('the worker has to leave'));
  }

  async #carryOut(place: Workplace, work: Assignment): Promise<void> {
    const signal = this.#abort.signal;
    if (signal.aborted) return;
    const say = (said: WorkerSaid): void => {
      if (!signal.aborted) place.say(said);
    };
    const control = { signal, drain: this.#drain.signal, progress: this.progress };
    const ending = await carryOut({ ...place, say }, work, control);
    // A result or a failure has yet to be heard.
    if (ending === 'told') this.isTold = true;
    else this.settle();
  }
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
