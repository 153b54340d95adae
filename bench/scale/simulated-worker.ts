import { setTimeout as delay } from 'node:timers/promises';
import type {
  Environment,
  EpochReport,
  EvaluationAssignment,
  FoldAssignment,
} from '../../shared/domain.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import {
  type Heartbeat,
  type Hello,
  PROTOCOL_VERSION,
  type Reattachment,
  type WorkerSaid,
} from '../../shared/wire/session.ts';
import { Connection } from '../../worker/connection.ts';
import { delayMs } from '../../worker/patience.ts';
import { persistently } from '../../worker/persist.ts';
import { holdSession, type Instruction, type Session, SessionLost } from '../../worker/session.ts';
import {
  AttemptNotLive,
  type ModelUpload,
  uploadCheckpoint,
  uploadModel,
} from '../../worker/uploads.ts';
import { untilReady } from '../../worker/until-ready.ts';
import type { Samples } from './samples.ts';
import { ENGINE, epochOf, scoreOf, type StandIns } from './stand-ins.ts';

/** What all workers of a crowd share. */
export interface Crowd {
  /** HOST:PORT */
  readonly coordinator: string;
  readonly standIns: StandIns;
  readonly environment: Environment;
  readonly classCount: number;
  readonly trainLabels: Uint8Array;
  readonly testLabels: Uint8Array;
  /** How long a training takes in the mean; nothing is computed. */
  readonly trainMs: number;
  readonly samples: Samples;
  /** Aborted once one of them has been told so. */
  readonly runIsDone: AbortController;
  readonly signal: AbortSignal;
}

/**
 * A worker whose trainings only take their time. What it says, when, and over what connections is
 * what a real one says: its session and its uploads are those of the product.
 */
export class SimulatedWorker {
  readonly #crowd: Crowd;
  readonly #hello: Hello;
  readonly #connection: Connection;
  readonly #beats = new Map<number, number>();
  #session: Session | null = null;
  #welcome: Omit<Reattachment, 'attempt'> | null = null;
  /** A result that is not acknowledged yet. */
  #untold: WorkerSaid | null = null;
  #busy: AbortController | null = null;
  #pulse: Omit<Heartbeat, 'number'> = { epoch: 0, checkpointEpoch: 0 };
  #sentMs = 0;
  #acknowledgedMs: number | null = null;
  #fail: (reason: unknown) => void = () => undefined;

  constructor(crowd: Crowd, number: number) {
    this.#crowd = crowd;
    this.#connection = new Connection(crowd.coordinator);
    const { foldwise } = crowd.environment;
    const who = { host: `node-${number}`, pid: process.pid, engine: ENGINE, cores: 1 };
    this.#hello = { protocol: PROTOCOL_VERSION, foldwise, ...who };
  }

  /** Works until it is told that the run is done. @throws where the run fails, or it does itself */
  async work(): Promise<void> {
    const failed = new Promise<never>((_, reject) => (this.#fail = reject));
    try {
      await Promise.race([this.#keepSessions(), failed]);
    } finally {
      this.#busy?.abort();
      this.#connection.close();
    }
  }

  /** As a real one does, it comes back where a connection breaks. */
  async #keepSessions(): Promise<void> {
    const { signal, samples, runIsDone } = this.#crowd;
    for (let losses = 0; ; losses += 1) {
      try {
        await untilReady(this.#connection, signal);
        if (this.#welcome === null) this.#sentMs = performance.now();
        const client = this.#connection.client;
        return await holdSession({ client, hello: this.#greeting(), signal, owner: this.#owner });
      } catch (error) {
        if (!(error instanceof SessionLost)) throw error;
        // Whoever is on its way back when the run ends is not told of it any more.
        if (runIsDone.signal.aborted) return;
        samples.sessionsLost += 1;
        this.#beats.clear();
        this.#connection.renew();
        await delay(delayMs(losses, Math.random()), undefined, { signal });
      }
    }
  }

  #greeting(): Hello {
    if (this.#welcome === null) return this.#hello;
    const { attempt } = this.#pulse;
    const reattachment = { ...this.#welcome, ...(attempt && { attempt }) };
    return { ...this.#hello, reattachment };
  }

  readonly #owner = {
    pulse: (number: number): Omit<Heartbeat, 'number'> => {
      this.#crowd.samples.heartbeatsSent += 1;
      this.#beats.set(number, performance.now());
      return this.#pulse;
    },
    renewed: ({ number }: { readonly number: number }): void => {
      const sentMs = this.#beats.get(number);
      this.#beats.delete(number);
      if (sentMs !== undefined) this.#crowd.samples.heartbeats.push(performance.now() - sentMs);
    },
    receive: (said: Instruction, session: Session): void => this.#receive(said, session),
  };

  #receive(said: Instruction, session: Session): void {
    const { samples } = this.#crowd;
    const nowMs = performance.now();
    switch (said.body) {
      case 'welcome':
        this.#welcome = { run: said.run, worker: said.worker, ticket: said.ticket };
        this.#session = session;
        if (this.#untold !== null) session.send(this.#untold);
        return;
      case 'fold':
        samples.sinceSent.push(nowMs - this.#sentMs);
        if (this.#acknowledgedMs !== null) {
          samples.sinceAcknowledged.push(nowMs - this.#acknowledgedMs);
        }
        void this.#train(said.assignment).catch(this.#fail);
        return;
      case 'evaluation':
        return this.#evaluate(said.assignment, session);
      case 'accepted':
        if (said.id.task === 'fold') samples.acknowledgements.push(nowMs - this.#sentMs);
        this.#acknowledgedMs = nowMs;
        this.#untold = null;
        this.#pulse = { epoch: 0, checkpointEpoch: 0 };
        return;
      case 'cancel':
        samples.cancelled += 1;
        this.#busy?.abort();
        return;
      case 'done':
        if (!said.succeeded) this.#fail(new Error(`the run failed: ${said.reason}`));
        this.#crowd.runIsDone.abort();
        return this.#forgetLast(nowMs);
    }
  }

  /** What was on its way when the run ended needs no answer any more. */
  #forgetLast(nowMs: number): void {
    const last = [...this.#beats.values()].filter((sentMs) => nowMs - sentMs < LAST_BEATS_MS);
    this.#crowd.samples.heartbeatsSent -= last.length;
  }

  /** What takes its time is left out, the rest is said. */
  async #train(assignment: FoldAssignment): Promise<void> {
    const { fold, attempt, training, checkpointEpochs } = assignment;
    const id: AttemptId = { task: 'fold', fold, attempt };
    const busy = new AbortController();
    this.#busy = busy;
    this.#pulse = { attempt: id, epoch: 0, checkpointEpoch: 0 };
    const labels = assignment.validation.map((index) => this.#crowd.trainLabels[index] ?? 0);
    const score = scoreOf(Uint8Array.from(labels), this.#crowd.classCount);
    const epochMs = (this.#crowd.trainMs * paceOf(fold)) / training.epochs;
    const epochs: EpochReport[] = [];
    try {
      for (let epoch = 1; epoch <= training.epochs; epoch += 1) {
        await delay(epochMs, undefined, { signal: busy.signal });
        const report = epochOf(epoch, score, epochMs / 1000);
        epochs.push(report);
        this.#session?.send({ body: 'epoch', id, report });
        this.#pulse = { ...this.#pulse, epoch };
        const isDue = checkpointEpochs > 0 && epoch % checkpointEpochs === 0;
        if (isDue && epoch < training.epochs) await this.#storeCheckpoint(assignment, epoch, busy);
      }
      await this.#storeModel(assignment, busy);
      busy.signal.throwIfAborted();
    } catch (error) {
      if (busy.signal.aborted || error instanceof AttemptNotLive) return;
      throw error;
    }
    this.#pulse = { ...this.#pulse, epoch: training.epochs };
    this.#sentMs = performance.now();
    const validationSize = labels.length;
    this.#untold = {
      body: 'foldResult',
      result: {
        ...{ fold, attempt, validationSize, epochs, validation: score },
        trainSize: this.#crowd.trainLabels.length - validationSize,
        ...{ fitSeconds: (epochMs * epochs.length) / 1000, scoreSeconds: 0.1 },
        ...{ model: this.#crowd.standIns.model, environment: this.#crowd.environment },
      },
    };
    this.#session?.send(this.#untold);
  }

  async #storeCheckpoint(assignment: FoldAssignment, epoch: number, busy: AbortController) {
    const { checkpoint, checkpointFile: file } = this.#crowd.standIns;
    await this.#upload(assignment, busy, (upload) =>
      uploadCheckpoint({ ...upload, checkpoint: { ...checkpoint, epoch }, file }),
    );
    this.#pulse = { ...this.#pulse, checkpointEpoch: epoch };
  }

  async #storeModel(assignment: FoldAssignment, busy: AbortController): Promise<void> {
    const { model, modelFolder: folder } = this.#crowd.standIns;
    await this.#upload(assignment, busy, (upload) => uploadModel({ ...upload, model, folder }));
  }

  async #upload(
    assignment: FoldAssignment,
    { signal }: AbortController,
    send: (upload: Omit<ModelUpload, 'model' | 'folder'>) => Promise<void>,
  ): Promise<void> {
    const worker = this.#welcome?.worker;
    if (worker === undefined) throw new Error('an assignment came before the welcome');
    const connection = this.#connection;
    const onInterruption = (): void => void (this.#crowd.samples.uploadsInterrupted += 1);
    const persistence = { connection, signal, onInterruption };
    const work = (client: ModelUpload['client']) => send({ client, worker, assignment, signal });
    await persistently(`the upload of fold ${assignment.fold}`, work, persistence);
  }

  #evaluate({ fold, attempt, part }: EvaluationAssignment, session: Session): void {
    const { testLabels, classCount, environment } = this.#crowd;
    const score = scoreOf(testLabels, classCount);
    const predicted = new Uint8Array(testLabels.length);
    const id = { fold, attempt, part };
    session.send({
      body: 'evaluationResult',
      result: { ...id, seconds: 0.1, score, predicted, environment },
    });
  }
}

/** The interval of heartbeats: what waits longer when the run ends counts as one without answer. */
const LAST_BEATS_MS = 3000;

/** From three to five quarters of the mean, the same for a fold each time, evenly spread. */
const paceOf = (fold: number): number => 0.75 + ((fold * 0.618_033_988_75) % 1) / 2;
