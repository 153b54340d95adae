import {
  status,
  type sendUnaryData,
  type ServerReadableStream,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import type { WorkerId } from '../../shared/domain.ts';
import { asError, ProtocolError } from '../../shared/errors.ts';
import { decodeUpload, decodeUploadHeader, type UploadStart } from '../../shared/wire/transfers.ts';
import type { Incoming } from '../artifacts/incoming.ts';
import { DiskFull, onDisk, StorageFailure } from '../artifacts/storage.ts';
import { identityOf, type Caller } from '../security/guard.ts';
import { isOwnId } from '../security/identity.ts';
import { CallError, statusOf } from './call-error.ts';
import type { Idleness } from './idle.ts';
import { Messages } from './messages.ts';
import type { TransferOwner } from './owner.ts';

/** Calls of one worker at the same time: a model and a checkpoint, say. */
const MOST_UPLOADS = 2;

type UploadCall = ServerReadableStream<unknown, unknown>;
type FindCall = ServerUnaryCall<unknown, unknown>;
type Reply = sendUnaryData<{ storedBytes: number }>;

/** Takes what workers upload. */
export class Uploads {
  readonly #owner: TransferOwner;
  readonly #idleness: Idleness;
  readonly #underWay = new Map<WorkerId, number>();

  constructor(owner: TransferOwner, idleness: Idleness) {
    this.#owner = owner;
    this.#idleness = idleness;
  }

  /** Answers how much of an upload is there. */
  async find(call: FindCall, reply: Reply): Promise<void> {
    try {
      const start = decodeUploadHeader(call.request);
      checkOwn(call, start);
      this.#check(start);
      reply(null, { storedBytes: await onDisk(() => this.#storedBytes(start)) });
    } catch (thrown) {
      reply(this.#refusal(thrown));
    }
  }

  #storedBytes({ worker, id, content }: UploadStart): Promise<number> {
    const { models, checkpoints } = this.#owner;
    const of = { worker, fold: id.fold, attempt: id.attempt };
    if (content.kind === 'model') return models.storedBytes({ ...of, model: content.info });
    return checkpoints.storedBytes({ ...of, info: content.info });
  }

  /** Takes an upload, and answers once all of it is on the disk and the record says so. */
  async receive(call: UploadCall, reply: Reply): Promise<void> {
    const messages = new Messages(call, this.#idleness);
    try {
      const start = await headerOf(messages);
      checkOwn(call, start);
      this.#check(start);
      await this.#take(start, messages);
      const { worker, id, content } = start;
      if (content.kind === 'checkpoint') {
        await this.#owner.checkpointStored(worker, id, content.info);
      }
      this.#check(start);
      reply(null, { storedBytes: sizeOf(start) });
    } catch (thrown) {
      reply(this.#refusal(thrown));
    } finally {
      messages.stop(new Error('the call was answered'));
    }
  }

  /** Stores all that follows the header. */
  async #take(start: UploadStart, messages: Messages): Promise<void> {
    const incoming = await this.#begin(start);
    const giveWay = (): void => messages.stop(asError(incoming.signal.reason));
    incoming.signal.addEventListener('abort', giveWay, { once: true });
    try {
      // It may have been so before anybody listened.
      incoming.signal.throwIfAborted();
      await this.#oneOfFew(start.worker, async () => {
        for (let next = await messages.next(); !next.done; next = await messages.next()) {
          const said = decodeUpload(next.value);
          if (said.body !== 'chunk') throw new ProtocolError('a second header in one upload');
          this.#check(start);
          await incoming.write(said.chunk);
        }
        this.#check(start);
        await incoming.commit();
      });
      this.#owner.fullDisk.well();
    } finally {
      incoming.signal.removeEventListener('abort', giveWay);
      await incoming.close();
    }
  }

  #begin({ worker, id, content }: UploadStart): Promise<Incoming> {
    const { models, checkpoints, isLive } = this.#owner;
    const of = { worker, fold: id.fold, attempt: id.attempt };
    if (content.kind === 'checkpoint') {
      return checkpoints.receive({ ...of, info: content.info }, isLive);
    }
    return models.receive({ ...of, model: content.info }, content.topology, isLive);
  }

  async #oneOfFew(worker: WorkerId, work: () => Promise<void>): Promise<void> {
    const others = this.#underWay.get(worker) ?? 0;
    if (others >= MOST_UPLOADS) {
      const details = `${worker} has ${others} uploads under way: try again later`;
      throw new CallError(status.RESOURCE_EXHAUSTED, details);
    }
    this.#underWay.set(worker, others + 1);
    try {
      await work();
    } finally {
      const left = (this.#underWay.get(worker) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(worker);
      else this.#underWay.set(worker, left);
    }
  }

  /** @throws CallError where the attempt is not live */
  #check({ run, worker, id, content }: UploadStart): void {
    const { plan, isLive, isStopping, staleRefused } = this.#owner;
    if (run !== plan.run || id.task !== 'fold' || !isLive(worker, id)) {
      if (run === plan.run && isStopping?.() === true) {
        throw new CallError(status.UNAVAILABLE, 'the coordinator stops, and may come back');
      }
      if (run === plan.run && content.kind === 'model') staleRefused?.(worker, id);
      const what = `attempt ${id.attempt} of ${id.task} ${id.fold}`;
      throw new CallError(status.ABORTED, `${what} is not live`);
    }
    const { epochs } = plan.training;
    if (content.kind === 'checkpoint' && content.info.epoch > epochs) {
      throw new ProtocolError(`a checkpoint after epoch ${content.info.epoch} of ${epochs}`);
    }
  }

  #refusal(thrown: unknown): ReturnType<typeof statusOf> {
    if (thrown instanceof DiskFull) this.#owner.fullDisk.trouble();
    if (thrown instanceof StorageFailure) this.#owner.onStorageFailure(asError(thrown.cause));
    return statusOf(thrown);
  }
}

/** @throws CallError where the caller's certificate is that of another worker */
function checkOwn(call: Caller, { worker }: UploadStart): void {
  if (isOwnId(identityOf(call), worker)) return;
  throw new CallError(status.PERMISSION_DENIED, `this certificate is not that of ${worker}`);
}

async function headerOf(messages: Messages): Promise<UploadStart> {
  const first = await messages.next();
  const said = decodeUpload(first.value);
  if (said.body !== 'header') throw new ProtocolError('an upload opens with a header');
  return said.header;
}

const sizeOf = ({ content }: UploadStart): number =>
  content.kind === 'model' ? content.info.weightsBytes : content.info.sizeBytes;
