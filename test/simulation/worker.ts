import type { CheckpointInfo, Digest, EvaluationPart, WorkerId } from '../../shared/domain.ts';
import type { CoordinatorMessageInput } from '../../shared/wire/contract.ts';
import { TASKS, type FailureKind } from '../../shared/wire/enums.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { PROTOCOL_VERSION, type WorkerSaid } from '../../shared/wire/session.ts';
import type { Connection, Ends } from './network.ts';
import type { Surroundings, Trait } from './surroundings.ts';

/** What a worker is at. */
interface Job {
  readonly id: AttemptId;
  epoch: number;
  weights: Digest;
  /** What it has come to, until that is acknowledged. */
  result: WorkerSaid | null;
}

interface Identity {
  readonly worker: WorkerId;
  readonly ticket: string;
}

const PARTS = Object.fromEntries(
  Object.entries(TASKS).map(([task, spelling]) => [spelling, task]),
) as Record<string, AttemptId['task']>;

const idOf = (id: object | null | undefined): AttemptId => {
  const { task, fold, attempt } = id as { task: string; fold: number; attempt: number };
  return { task: PARTS[task]!, fold, attempt };
};
const isSame = (a: AttemptId, b: AttemptId): boolean =>
  a.task === b.task && a.fold === b.fold && a.attempt === b.attempt;

/**
 * A worker's machine: a process that greets, beats, trains and uploads; it may pause, crash and come
 * back as another process. It keeps to the contract, and nothing else can be relied on.
 */
export class SimulatedWorker {
  readonly host: string;
  readonly #around: Surroundings;
  /** Counts processes: what an earlier one meant to do does not happen. */
  #process = 0;
  #isRunning = false;
  #pausedUntilMs = 0;
  #identity: Identity | null = null;
  #connection: Connection | null = null;
  #job: Job | null = null;
  #answeredMs = 0;
  #beats = new Map<number, AttemptId>();
  trait: Trait = { slowness: 1, fails: null, isSmall: false };

  constructor(host: string, around: Surroundings) {
    this.host = host;
    this.#around = around;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#process += 1;
    this.#isRunning = true;
    this.#identity = null;
    this.#job = null;
    this.#connect();
  }

  /** Kills the process. */
  crash(isNoticed: boolean): void {
    this.#hangUp({ worker: false, coordinator: isNoticed });
    this.#isRunning = false;
    this.#process += 1;
  }

  pause(ms: number): void {
    this.#pausedUntilMs = this.#around.clock.nowMs() + ms;
  }

  /** Loses the connection. */
  cut(isNoticed: { readonly worker: boolean; readonly coordinator: boolean }): void {
    this.#connection?.break(isNoticed);
  }

  /** Has to leave: gives back what it works on, and ends. */
  handBack(): void {
    if (!this.#isRunning || this.#connection === null) return;
    const id = this.#job?.id;
    const leave = (): void => {
      this.#say({ body: 'handBack', reason: 'it has to leave', ...(id && { id }) });
      this.#later(50, () => this.crash(true));
    };
    const job = this.#job;
    if (job && job.id.task === 'fold' && job.epoch > 0) this.#upload(job, leave);
    else leave();
  }

  /** After some time of a running process; a paused one does nothing, and then all of it. */
  #later(ms: number, act: () => void): void {
    const { clock } = this.#around;
    const process = this.#process;
    clock.after(ms, () => {
      if (this.#process !== process) return;
      const pauseMs = this.#pausedUntilMs - clock.nowMs();
      if (pauseMs > 0) this.#later(pauseMs, act);
      else act();
    });
  }

  #say(said: WorkerSaid): void {
    this.#connection?.say(said);
  }

  #hangUp(isNoticed: { readonly worker: boolean; readonly coordinator: boolean }): void {
    const connection = this.#connection;
    this.#connection = null;
    connection?.break(isNoticed);
  }

  #connect(): void {
    if (this.#connection !== null) return;
    const { connect, limits, clock, engine } = this.#around;
    const ends: Pick<Ends, 'onMessage' | 'onBreak'> = {
      onMessage: (message) =>
        this.#later(0, () => this.#connection === connection && this.#receive(message)),
      onBreak: () => this.#later(0, () => this.#connection === connection && this.#reconnect()),
    };
    const connection = connect(this.host, ends);
    if (connection === null) return this.#later(100, () => this.#connect());
    this.#connection = connection;
    this.#answeredMs = clock.nowMs();
    const attempt = this.#job?.id;
    const run = this.#around.truth.plan.run;
    const reattachment = this.#identity && { run, ...this.#identity, ...(attempt && { attempt }) };
    this.#say({
      body: 'hello',
      hello: {
        ...{ protocol: PROTOCOL_VERSION, foldwise: '0.1.0', host: this.host, pid: this.#process },
        ...{ engine, cores: 1, ...(reattachment && { reattachment }) },
      },
    });
    this.#later(limits.leaseMs / 3, () => this.#checkAnswers(connection));
  }

  #reconnect(): void {
    this.#hangUp({ worker: false, coordinator: this.#around.chance.happens(0.5) });
    this.#later(this.#around.chance.between(10, 200), () => this.#connect());
  }

  /** A coordinator that does not answer for a third of the lease is tried anew. */
  #checkAnswers(connection: Connection): void {
    if (this.#connection !== connection) return;
    const { clock, limits } = this.#around;
    if (clock.nowMs() - this.#answeredMs > limits.leaseMs / 3) this.#reconnect();
    else this.#later(limits.leaseMs / 6, () => this.#checkAnswers(connection));
  }

  #beat(connection: Connection, number: number, heartbeatMs: number): void {
    if (this.#connection !== connection) return;
    const job = this.#job;
    if (job) this.#beats.set(number, job.id);
    const told = { number, epoch: job?.epoch ?? 0, checkpointEpoch: 0 };
    this.#say({ body: 'heartbeat', heartbeat: { ...told, ...(job && { attempt: job.id }) } });
    // It may have been lost on its way.
    if (job?.result && number % 3 === 0) this.#say(job.result);
    this.#later(heartbeatMs, () => this.#beat(connection, number + 1, heartbeatMs));
  }

  #receive(message: CoordinatorMessageInput): void {
    this.#answeredMs = this.#around.clock.nowMs();
    if (message.welcome) this.#welcomed(message.welcome as unknown as Welcome);
    else if (message.fold) this.#begin(idOf(message.fold.id), message.fold.checkpoint);
    else if (message.evaluation) this.#evaluate(message.evaluation as unknown as Evaluation);
    else if (message.cancel) this.#drop(idOf(message.cancel.id));
    else if (message.accepted) this.#drop(idOf(message.accepted.id));
    else if (message.renewal) this.#renewed(message.renewal as unknown as Renewal);
    else if (message.done) this.crash(false);
  }

  #welcomed({ worker, ticket, heartbeatMs }: Welcome): void {
    this.#identity = { worker, ticket };
    this.#beats.clear();
    if (this.#job?.result) this.#say(this.#job.result);
    if (this.#connection) this.#beat(this.#connection, 1, heartbeatMs);
  }

  #renewed({ number, verdict }: Renewal): void {
    const id = this.#beats.get(number);
    if (id && verdict !== 'VERDICT_CONTINUE') this.#drop(id);
  }

  #drop(id: AttemptId): void {
    if (this.#job && isSame(this.#job.id, id)) this.#job = null;
  }

  #begin(id: AttemptId, checkpoint: object | null | undefined): void {
    if (this.#job && isSame(this.#job.id, id)) return;
    const { truth, fetch } = this.#around;
    const job: Job = { id, epoch: 0, weights: truth.weights(id.fold, 0), result: null };
    this.#job = job;
    if (this.trait.isSmall) return this.#fail(job, 'out-of-memory');
    if (!checkpoint) return this.#train(job);
    const info = checkpoint as unknown as CheckpointInfo;
    const load = (): void =>
      fetch(id.fold, info.digest, (content) =>
        this.#later(0, () => {
          if (this.#job !== job) return;
          if (content === 'unavailable') return this.#later(100, load);
          const isWhole =
            content !== undefined && truth.checkpoint(info.epoch, content).digest === info.digest;
          if (!isWhole) return this.#fail(job, 'checkpoint');
          job.epoch = info.epoch;
          job.weights = content;
          this.#train(job);
        }),
      );
    load();
  }

  #train(job: Job): void {
    const { truth, chance, isPoisoned } = this.#around;
    const { epochs } = truth.plan.training;
    if (job.epoch >= epochs) return this.#deliver(job);
    this.#later(this.trait.slowness * chance.between(150, 350), () => {
      if (this.#job !== job) return;
      const kind = isPoisoned(job.id) ? 'infrastructure' : this.trait.fails;
      if (kind) return this.#fail(job, kind);
      job.weights = truth.next(job.weights);
      job.epoch += 1;
      const { epoch } = job;
      const rest = { trainLoss: 1, trainAccuracy: 0, validationLoss: 1, validationAccuracy: 0 };
      this.#say({ body: 'epoch', id: job.id, report: { epoch, ...rest, seconds: 1 } });
      if (epoch < epochs) this.#upload(job, () => undefined);
      this.#train(job);
    });
  }

  #upload(job: Job, then: () => void): void {
    const { upload, truth } = this.#around;
    const { id, epoch, weights } = job;
    const checkpoint = truth.checkpoint(epoch, weights);
    if (this.#identity === null) return then();
    const process = this.#process;
    upload(this.#identity.worker, id, { checkpoint, content: weights }, () => {
      if (this.#process === process) this.#later(0, then);
    });
  }

  /** The weights first, then the result. */
  #deliver(job: Job): void {
    const { upload, truth } = this.#around;
    const { id, weights } = job;
    if (this.#job !== job) return;
    if (this.#identity === null) return this.#later(100, () => this.#deliver(job));
    upload(this.#identity.worker, id, { model: truth.model(weights) }, (answer) =>
      this.#later(0, () => {
        if (this.#job !== job) return;
        if (answer === 'aborted') this.#job = null;
        else if (answer === 'unavailable') this.#later(100, () => this.#deliver(job));
        else {
          job.result = {
            body: 'foldResult',
            result: truth.foldResult(id.fold, id.attempt, weights),
          };
          this.#say(job.result);
        }
      }),
    );
  }

  #evaluate({ id, model }: Evaluation): void {
    const { truth, chance } = this.#around;
    const attempt = idOf(id);
    if (this.#job && isSame(this.#job.id, attempt)) return;
    const weights = model.weightsDigest;
    const job: Job = { id: attempt, epoch: 0, weights, result: null };
    this.#job = job;
    this.#later(this.trait.slowness * chance.between(50, 200), () => {
      if (this.#job !== job) return;
      if (this.trait.fails) return this.#fail(job, 'infrastructure');
      const part = attempt.task as EvaluationPart;
      const result = truth.evaluation(attempt.fold, attempt.attempt, part, weights);
      job.result = { body: 'evaluationResult', result };
      this.#say(job.result);
    });
  }

  #fail(job: Job, kind: FailureKind): void {
    this.#job = null;
    this.trait = { ...this.trait, fails: null };
    this.#say({ body: 'failed', id: job.id, kind, message: 'it broke' });
  }
}

interface Welcome extends Identity {
  readonly heartbeatMs: number;
}
interface Renewal {
  readonly number: number;
  readonly verdict: string;
}
interface Evaluation {
  readonly id: object;
  readonly model: { readonly weightsDigest: Digest };
}
