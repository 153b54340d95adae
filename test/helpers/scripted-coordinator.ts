import { EventEmitter, once } from 'node:events';
import { status, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { encodePart } from '../../shared/data/part-file.ts';
import { datasetInfo, sha256 } from '../../shared/data/digest.ts';
import { asWorkerId, type FoldAssignment } from '../../shared/domain.ts';
import { channelOptions } from '../../shared/wire/channel.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import {
  loadContract,
  type CoordinatorHandlers,
  type CoordinatorMessageInput,
  type WorkerMessage,
} from '../../shared/wire/contract.ts';
import type { Verdict } from '../../shared/wire/enums.ts';
import {
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  type CoordinatorSaid,
  type Heartbeat,
  type WorkerSaid,
} from '../../shared/wire/session.ts';
import {
  decodeCheckpointRequest,
  decodeDatasetRequest,
  decodeUpload,
  decodeUploadHeader,
  type UploadStart,
} from '../../shared/wire/transfers.ts';
import { seedOf, type TrainerScript } from './trainer-scripts.ts';
import { dataset, run, tinyPlan } from './with-coordinator.ts';

type Call = ServerDuplexStream<WorkerMessage, CoordinatorMessageInput>;
type Said<Body extends WorkerSaid['body']> = Extract<WorkerSaid, { body: Body }>;

export const TICKET = 'A'.repeat(43);

/** A fold of the tiny dataset, for the scripted training process. */
export function foldFor(script: TrainerScript, rest: Partial<FoldAssignment> = {}): FoldAssignment {
  const { training, validation } = tinyPlan(2);
  return {
    ...{ run, fold: 0, attempt: 1, seed: seedOf(script), dataset: datasetInfo(dataset) },
    ...{ validation: validation[0]!, training: { ...training, epochs: 4 }, threads: 1 },
    ...{ step: 'eager', checkpointEpochs: 1, ...rest },
  };
}

/** One session, from the coordinator's side: what was said, and what to say. */
export class HeldSession {
  readonly #call: Call;
  readonly #events = new EventEmitter();
  readonly #inbox: WorkerSaid[] = [];
  readonly heartbeats: Heartbeat[] = [];
  #hasSaidAll = false;
  /** What heartbeats are answered; null leaves them unanswered. */
  verdict: Verdict | null = 'continue';
  hasEnded = false;

  constructor(call: Call) {
    this.#call = call;
    call.on('data', (message: WorkerMessage) => this.#receive(decodeWorkerMessage(message)));
    call.on('end', () => {
      this.#close();
      this.#hasSaidAll = true;
      call.end();
    });
    call.on('cancelled', () => this.#close());
    call.on('error', () => this.#close());
  }

  say(said: CoordinatorSaid): void {
    // After the end a write is an error, for which grpc-js drops what has not left yet.
    if (!this.#hasSaidAll) this.#call.write(encodeCoordinatorMessage(said));
  }

  welcome({ worker = 'worker-1', heartbeatMs = 20, leaseMs = 60_000 } = {}): this {
    const id = asWorkerId(worker);
    this.say({ body: 'welcome', run, worker: id, heartbeatMs, leaseMs, ticket: TICKET });
    return this;
  }

  assign(assignment: FoldAssignment): this {
    this.say({ body: 'fold', assignment });
    return this;
  }

  /** The next message of that kind; those before it are dropped, but for an unexpected failure. */
  async hear<Body extends WorkerSaid['body']>(body: Body): Promise<Said<Body>> {
    for (;;) {
      const said = this.#inbox.shift();
      if (said?.body === body) return said as Said<Body>;
      if (said?.body === 'failed') throw new Error(`"${body}" was awaited: ${said.message}`);
      if (said !== undefined) continue;
      if (this.hasEnded) throw new Error(`the session ended before "${body}"`);
      await once(this.#events, 'change');
    }
  }

  /** The next heartbeat that is as wanted. */
  async beat(isWanted: (heartbeat: Heartbeat) => boolean): Promise<Heartbeat> {
    for (;;) {
      const found = this.heartbeats.find(isWanted);
      if (found) return found;
      if (this.hasEnded) throw new Error('the session ended before that heartbeat');
      await once(this.#events, 'change');
    }
  }

  async ended(): Promise<void> {
    while (!this.hasEnded) await once(this.#events, 'change');
  }

  /** Breaks it as a lost connection does. */
  break(code = status.UNAVAILABLE, details = 'broken by the test'): void {
    this.#hasSaidAll = true;
    this.#call.emit('error', { code, details });
    this.#close();
  }

  done(succeeded = true): void {
    this.say({ body: 'done', succeeded, reason: 'as the test says' });
    this.#hasSaidAll = true;
    this.#call.end();
  }

  #receive(said: WorkerSaid): void {
    if (said.body === 'heartbeat') {
      const { heartbeat } = said;
      this.heartbeats.push(heartbeat);
      if (this.verdict !== null) {
        this.say({ body: 'renewal', number: heartbeat.number, verdict: this.verdict });
      }
    } else {
      this.#inbox.push(said);
    }
    this.#events.emit('change');
  }

  #close(): void {
    this.hasEnded = true;
    this.#events.emit('change');
  }
}

/** A coordinator that says what the test has it say. Bytes it serves, and stores, by itself. */
export class ScriptedCoordinator {
  readonly #sessions: HeldSession[] = [];
  readonly #events = new EventEmitter();
  #server: Server | null = null;
  port = 0;
  /** What was uploaded completely, in order. */
  readonly uploads: UploadStart[] = [];
  /** Bytes of checkpoints, by digest: uploaded, or put here by the test. */
  readonly checkpoints = new Map<string, Buffer>();
  /** Fails so many uploads before any is stored. */
  failUploads: { left: number; readonly code: status } = { left: 0, code: status.UNAVAILABLE };

  async start(): Promise<this> {
    // Without channelz, grpc-js 1.14 does not know the connections that forceShutdown is to end.
    const server = new Server({ ...channelOptions(), 'grpc.enable_channelz': 1 });
    server.addService(loadContract().Coordinator.service, this.#handlers());
    this.port = await new Promise<number>((resolve, reject) => {
      const at = `127.0.0.1:${this.port}`;
      server.bindAsync(at, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#server = server;
    return this;
  }

  /** As if it had been killed. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = null;
  }

  /** The next session that a worker opens. */
  async session(): Promise<HeldSession> {
    for (;;) {
      const session = this.#sessions.shift();
      if (session) return session;
      await once(this.#events, 'change');
    }
  }

  /** The next complete upload of that kind, from the place on that the test has come to. */
  async uploaded(kind: UploadStart['content']['kind'], from = 0): Promise<UploadStart> {
    for (;;) {
      const found = this.uploads.slice(from).find(({ content }) => content.kind === kind);
      if (found) return found;
      await once(this.#events, 'change');
    }
  }

  /** Resolves once all uploads that were to fail have. */
  async uploadsFailed(): Promise<void> {
    while (this.failUploads.left > 0) await once(this.#events, 'change');
  }

  #handlers() {
    return {
      Session: (call: Call) => {
        this.#sessions.push(new HeldSession(call));
        this.#events.emit('change');
      },
      FetchDataset: (call) => {
        const { offset } = decodeDatasetRequest(call.request);
        for (const chunk of chunksOf(encodePart(dataset.train), offset)) call.write(chunk);
        call.end();
      },
      FetchCheckpoint: (call) => {
        const { digest, offset } = decodeCheckpointRequest(call.request);
        const bytes = this.checkpoints.get(digest);
        if (!bytes) {
          call.emit('error', { code: status.NOT_FOUND, details: 'not there' });
          return;
        }
        for (const chunk of chunksOf(bytes, offset)) call.write(chunk);
        call.end();
      },
      FindUpload: (call, callback) => {
        decodeUploadHeader(call.request);
        callback(null, { storedBytes: 0 });
      },
      Upload: (call, callback) => {
        let header: UploadStart | null = null;
        const pieces: Uint8Array[] = [];
        call.on('data', (message: unknown) => {
          const said = decodeUpload(message);
          if (said.body === 'header') header = said.header;
          else pieces.push(said.chunk.data);
        });
        call.on('error', () => undefined);
        call.on('end', () => {
          if (this.failUploads.left > 0) {
            this.failUploads.left -= 1;
            this.#events.emit('change');
            return callback({ code: this.failUploads.code, details: 'failed by the test' });
          }
          const bytes = Buffer.concat(pieces);
          this.checkpoints.set(sha256(bytes), bytes);
          this.uploads.push(header!);
          callback(null, { storedBytes: bytes.length });
          this.#events.emit('change');
        });
      },
      FetchModel: (call) => call.emit('error', { code: status.NOT_FOUND, details: 'not there' }),
    } satisfies Partial<CoordinatorHandlers>;
  }
}

/** A coordinator that is gone after the test. */
export async function withScriptedCoordinator(
  use: (coordinator: ScriptedCoordinator) => Promise<void>,
): Promise<void> {
  const coordinator = await new ScriptedCoordinator().start();
  try {
    await use(coordinator);
  } finally {
    coordinator.stop();
  }
}
