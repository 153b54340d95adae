import { once } from 'node:events';
import { createHash } from 'node:crypto';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import {
  asDigest,
  asWorkerId,
  type CheckpointInfo,
  type EvaluationAssignment,
  type FoldAssignment,
  type ModelInfo,
  type Score,
  type WorkerId,
} from '../../shared/domain.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import type {
  CoordinatorClient,
  CoordinatorMessage,
  WorkerMessageInput,
} from '../../shared/wire/contract.ts';
import {
  decodeCoordinatorMessage,
  encodeWorkerMessage,
  PROTOCOL_VERSION,
  type CoordinatorSaid,
  type Hello,
  type Reattachment,
  type WorkerSaid,
} from '../../shared/wire/session.ts';
import { encodeUploadHeader, type Chunk, type UploadStart } from '../../shared/wire/transfers.ts';
import type { AttemptId, ReportedEvaluation } from '../../shared/wire/results.ts';
import { environment } from './results.ts';
import { dataset, run, transferSet } from './with-coordinator.ts';

export const hello: Hello = {
  protocol: PROTOCOL_VERSION,
  foldwise: '0.0.0',
  host: 'scripted',
  pid: 1,
  engine: 'none',
  cores: 8,
};

const sha256 = (bytes: Uint8Array) => asDigest(createHash('sha256').update(bytes).digest('hex'));

/** Stands in for a trained model: the same bytes for the same fold, whoever makes them. */
export function fakeModel(fold: number, sizeBytes = 1000) {
  const topology = Buffer.from(`{"fold":${fold}}`);
  const weights = Buffer.alloc(sizeBytes, fold + 1);
  const model: ModelInfo = {
    topologyBytes: topology.length,
    topologyDigest: sha256(topology),
    weightsBytes: weights.length,
    weightsDigest: sha256(weights),
  };
  return { topology, weights, model };
}

/** Stands in for a training state. */
export function fakeCheckpoint(epoch: number, sizeBytes = 1000) {
  const bytes = Buffer.alloc(sizeBytes, epoch);
  const checkpoint: CheckpointInfo = { epoch, sizeBytes, digest: sha256(bytes) };
  return { bytes, checkpoint };
}

/** How it greets, and what it does of itself. */
export interface Manners {
  /** Sends no heartbeats of itself. */
  readonly isSilent?: boolean;
  readonly hello?: Partial<Hello>;
  /** Comes back as the worker that another session made it. */
  readonly reattachment?: Reattachment;
}

/** A worker without TensorFlow that does what the test tells it, message by message. */
export class ScriptedWorker {
  readonly stream: ClientDuplexStream<WorkerMessageInput, CoordinatorMessage>;
  readonly #client: CoordinatorClient;
  readonly #inbox: CoordinatorSaid[] = [];
  #ended: ServiceError | 'ended' | null = null;
  #beats = 0;
  id: WorkerId = asWorkerId('unknown');
  ticket = '';
  /** What it was assigned last, until that is accepted or cancelled; heartbeats name it. */
  holds: AttemptId | null = null;
  /** What its heartbeats tell. */
  epoch = 0;
  checkpointEpoch = 0;

  constructor(client: CoordinatorClient) {
    this.#client = client;
    this.stream = client.session();
    this.stream.on('data', (message: CoordinatorMessage) => {
      const said = decodeCoordinatorMessage(message, run);
      this.#note(said);
      this.#inbox.push(said);
      this.stream.emit('heard');
    });
    this.stream.on('error', (error: ServiceError) => {
      this.#ended = error;
      this.stream.emit('heard');
    });
    this.stream.on('end', () => {
      this.#ended ??= 'ended';
      this.stream.emit('heard');
    });
  }

  /** Greets, and keeps its lease by heartbeats unless it is to be silent. */
  static async join(
    client: CoordinatorClient,
    manners: Manners | boolean = {},
  ): Promise<ScriptedWorker> {
    const { isSilent, hello: other, reattachment } = mannersOf(manners);
    const worker = new ScriptedWorker(client);
    worker.holds = reattachment?.attempt ?? null;
    const comesBack = reattachment === undefined ? {} : { reattachment };
    worker.say({ body: 'hello', hello: { ...hello, ...other, ...comesBack } });
    const { heartbeatMs } = await worker.hear('welcome');
    if (isSilent) return worker;
    const beating = setInterval(() => worker.beat(), heartbeatMs);
    worker.stream.on('close', () => clearInterval(beating));
    worker.stream.on('error', () => clearInterval(beating));
    worker.stream.on('end', () => clearInterval(beating));
    return worker;
  }

  /** What it shows when it comes back in another session. */
  get reattachment(): Reattachment {
    const attempt = this.holds === null ? {} : { attempt: this.holds };
    return { run, worker: this.id, ticket: this.ticket, ...attempt };
  }

  /** Sends a heartbeat. @returns its number, which the renewal repeats */
  beat(): number {
    this.#beats += 1;
    const { epoch, checkpointEpoch } = this;
    const attempt = this.holds === null ? {} : { attempt: this.holds };
    this.say({
      body: 'heartbeat',
      heartbeat: { number: this.#beats, ...attempt, epoch, checkpointEpoch },
    });
    return this.#beats;
  }

  #note(said: CoordinatorSaid): void {
    if (said.body === 'welcome') {
      this.id = said.worker;
      this.ticket = said.ticket;
    } else if (said.body === 'fold') {
      const { fold, attempt } = said.assignment;
      this.holds = { task: 'fold', fold, attempt };
    } else if (said.body === 'evaluation') {
      const { part, fold, attempt } = said.assignment;
      this.holds = { task: part, fold, attempt };
    } else if (said.body === 'accepted' || said.body === 'cancel') {
      if (JSON.stringify(said.id) === JSON.stringify(this.holds)) this.holds = null;
    }
  }

  say(said: WorkerSaid): void {
    this.stream.write(encodeWorkerMessage(said));
  }

  /** The next message of a kind; those before it are dropped. */
  async hear<Body extends CoordinatorSaid['body']>(
    body: Body,
  ): Promise<Extract<CoordinatorSaid, { body: Body }>> {
    for (;;) {
      const said = this.#inbox.shift();
      if (said?.body === body) return said as Extract<CoordinatorSaid, { body: Body }>;
      if (said !== undefined) continue;
      if (this.#ended !== null) throw new Error(`the session ended before "${body}"`);
      await once(this.stream, 'heard');
    }
  }

  /** The next message of either kind of work, or the end of the run, which can be heard again. */
  async hearWork(): Promise<Extract<CoordinatorSaid, { body: 'fold' | 'evaluation' | 'done' }>> {
    for (;;) {
      const said = this.#inbox.shift();
      if (said?.body === 'done') this.#inbox.unshift(said);
      if (said?.body === 'fold' || said?.body === 'evaluation' || said?.body === 'done') {
        return said;
      }
      if (said !== undefined) continue;
      if (this.#ended !== null) throw new Error('the session ended before any work');
      await once(this.stream, 'heard');
    }
  }

  /** Does all that is left of the run. */
  async finish(): Promise<void> {
    for (;;) {
      const work = await this.hearWork();
      if (work.body === 'done') return;
      if (work.body === 'evaluation') this.evaluate(work.assignment);
      else await this.complete(work.assignment);
    }
  }

  /** How the session ended: a status, or politely. */
  async end(): Promise<ServiceError | 'ended'> {
    while (this.#ended === null) await once(this.stream, 'heard');
    return this.#ended;
  }

  upload(header: UploadStart, chunks: Iterable<Chunk>): Promise<number> {
    return new Promise((resolve, reject) => {
      const call = this.#client.upload((error, reply) => {
        if (error) reject(error);
        else resolve(reply?.storedBytes ?? 0);
      });
      call.write({ header: encodeUploadHeader(header) });
      for (const chunk of chunks)
        call.write({ chunk: { ...chunk, data: Buffer.from(chunk.data) } });
      call.end();
    });
  }

  /** Uploads the fake model of a fold and reports a result that fits the plan. */
  async complete(assignment: FoldAssignment): Promise<void> {
    const { fold, attempt } = assignment;
    const { topology, weights, model } = fakeModel(fold);
    const id = { task: 'fold', fold, attempt } as const;
    const content = { kind: 'model', info: model, topology } as const;
    await this.upload({ run, worker: this.id, id, content }, chunksOf(weights));
    this.say({ body: 'foldResult', result: resultFor(assignment) });
  }

  /** Uploads a checkpoint of what it was assigned. @returns how much of it is stored */
  async storeCheckpoint(
    { fold, attempt }: Pick<FoldAssignment, 'fold' | 'attempt'>,
    { bytes, checkpoint }: ReturnType<typeof fakeCheckpoint>,
  ): Promise<number> {
    const id = { task: 'fold', fold, attempt } as const;
    const content = { kind: 'checkpoint', info: checkpoint } as const;
    const stored = await this.upload({ run, worker: this.id, id, content }, chunksOf(bytes));
    this.checkpointEpoch = checkpoint.epoch;
    return stored;
  }

  evaluate(assignment: EvaluationAssignment): void {
    this.say({ body: 'evaluationResult', result: evaluationFor(assignment) });
  }
}

const mannersOf = (manners: Manners | boolean): Manners =>
  typeof manners === 'boolean' ? { isSilent: manners } : manners;

export function evaluationFor({ fold, attempt, part }: EvaluationAssignment): ReportedEvaluation {
  const { labels } = part === 'test' ? dataset.test : transferSet.paper;
  const predicted = new Uint8Array(labels.length);
  return { fold, attempt, part, seconds: 1, score: scoreOf(labels), predicted, environment };
}

export function resultFor(assignment: FoldAssignment) {
  const { fold, attempt, validation } = assignment;
  const labels = Uint8Array.from(validation, (index) => dataset.train.labels[index]!);
  const score = scoreOf(labels);
  const { loss, accuracy } = score;
  return {
    fold,
    attempt,
    trainSize: assignment.dataset.train.count - validation.length,
    validationSize: validation.length,
    fitSeconds: 1,
    scoreSeconds: 1,
    epochs: [
      {
        epoch: 1,
        trainLoss: loss,
        trainAccuracy: accuracy,
        validationLoss: loss,
        validationAccuracy: accuracy,
        seconds: 1,
      },
    ],
    validation: score,
    model: fakeModel(fold).model,
    environment,
  };
}

/** The score of a model that calls everything class 0. */
function scoreOf(labels: Uint8Array): Score {
  const zeros = labels.filter((label) => label === 0).length;
  const confusion = [
    [zeros, 0],
    [labels.length - zeros, 0],
  ];
  return { loss: 1, accuracy: zeros / labels.length, confusion };
}
