import { status, type ServerWritableStream } from '@grpc/grpc-js';
import type { WireChunkInput } from '../../shared/wire/contract.ts';
import { writeAll } from '../../shared/wire/flow.ts';
import {
  decodeCheckpointRequest,
  decodeDatasetRequest,
  decodeModelRequest,
} from '../../shared/wire/transfers.ts';
import type { Source } from '../artifacts/source.ts';
import { partOf } from '../scheduler/parts.ts';
import { CallError, statusOf } from './call-error.ts';
import { notForEver, type Idleness } from './idle.ts';
import type { PartBytes } from './part-bytes.ts';
import type { TransferOwner } from './owner.ts';

export interface Wanted {
  readonly source: Source;
  readonly offset: number;
}

/** Streams bytes no faster than the peer takes them. */
export async function serve(
  call: ServerWritableStream<unknown, WireChunkInput>,
  open: () => Wanted | Promise<Wanted>,
  idleness: Idleness,
): Promise<void> {
  const gone = new AbortController();
  call.on('cancelled', () => gone.abort());
  let source: Source | undefined;
  try {
    const wanted = await open();
    source = wanted.source;
    const { offset } = wanted;
    if (offset > source.sizeBytes) {
      const details = `offset ${offset} is past ${source.sizeBytes} bytes`;
      throw new CallError(status.OUT_OF_RANGE, details);
    }
    const whileWaiting = (wait: Promise<unknown>): Promise<unknown> =>
      notForEver(wait, idleness, (error) => gone.abort(error));
    await writeAll(call, source.chunks(offset), { signal: gone.signal, whileWaiting });
    call.end();
  } catch (thrown) {
    if (!call.cancelled) call.emit('error', statusOf(thrown));
  } finally {
    await source?.close().catch(() => undefined);
  }
}

export function datasetPart(owner: TransferOwner, message: unknown, partBytes: PartBytes): Wanted {
  const { run, part, digest, offset } = decodeDatasetRequest(message);
  checkRun(owner, run);
  const images = partOf(owner, part);
  if (images === undefined || digest !== partOf(owner.plan, part)?.digest) {
    throw new CallError(status.NOT_FOUND, `this run has no ${part} part of that digest`);
  }
  if (!owner.isOpen(part)) {
    throw new CallError(status.FAILED_PRECONDITION, `the ${part} part is not open yet`);
  }
  return { source: partBytes(images), offset };
}

export async function foldModel(owner: TransferOwner, message: unknown): Promise<Wanted> {
  const { run, fold, weightsDigest, offset } = decodeModelRequest(message);
  checkRun(owner, run);
  const source = await owner.models.open(fold, weightsDigest);
  if (source === null) {
    throw new CallError(status.NOT_FOUND, `fold ${fold} has no model ${weightsDigest}`);
  }
  return { source, offset };
}

export async function foldCheckpoint(owner: TransferOwner, message: unknown): Promise<Wanted> {
  const { run, fold, digest, offset } = decodeCheckpointRequest(message);
  checkRun(owner, run);
  const source = await owner.checkpoints.open(fold, digest);
  if (source === null) {
    throw new CallError(status.NOT_FOUND, `fold ${fold} has no checkpoint ${digest}`);
  }
  return { source, offset };
}

function checkRun({ plan }: TransferOwner, run: string): void {
  if (run === plan.run) return;
  throw new CallError(status.NOT_FOUND, `this is run ${plan.run}, not ${run}`);
}
