import { open, readFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { status, type ClientWritableStream } from '@grpc/grpc-js';
import type { CheckpointInfo, FoldAssignment, ModelInfo, WorkerId } from '../shared/domain.ts';
import { asError, FoldwiseError } from '../shared/errors.ts';
import { fileChunks } from '../shared/wire/chunks.ts';
import type { CoordinatorClient, WireUploadInput } from '../shared/wire/contract.ts';
import { writeAll } from '../shared/wire/flow.ts';
import { encodeUploadHeader, type UploadContent } from '../shared/wire/transfers.ts';
import { deadlineFor } from './deadline.ts';
import { detailsOf, statusOf } from './persist.ts';

/** The coordinator no longer wants anything of this attempt. */
export class AttemptNotLive extends FoldwiseError {
  override readonly name = 'AttemptNotLive';
}

interface Upload {
  readonly client: CoordinatorClient;
  readonly worker: WorkerId;
  readonly assignment: Pick<FoldAssignment, 'run' | 'fold' | 'attempt'>;
  readonly signal: AbortSignal;
}

export interface ModelUpload extends Upload {
  readonly model: ModelInfo;
  /** Holds `model.json` and `weights.bin`. */
  readonly folder: string;
}

export interface CheckpointUpload extends Upload {
  readonly checkpoint: CheckpointInfo;
  readonly file: string;
}

/**
 * Sends a fold's model to the coordinator, from where the last try ended.
 * @returns once it is stored there.
 * @throws AttemptNotLive; ServiceError where the call failed otherwise: what arrived is kept for
 * the next try; the signal's reason where it was aborted.
 */
export async function uploadModel(upload: ModelUpload): Promise<void> {
  const { model, folder } = upload;
  const topology = await readFile(path.join(folder, 'model.json'));
  const content = { kind: 'model', info: model, topology } as const;
  await send(upload, content, path.join(folder, 'weights.bin'));
}

/**
 * Sends a checkpoint to the coordinator, from where the last try ended.
 * @returns once it is stored and recorded there.
 * @throws as {@link uploadModel} does.
 */
export async function uploadCheckpoint(upload: CheckpointUpload): Promise<void> {
  await send(upload, { kind: 'checkpoint', info: upload.checkpoint }, upload.file);
}

/** What was damaged on its way, or is no longer there, is sent again; so often. */
const MENDABLE: readonly unknown[] = [status.DATA_LOSS, status.OUT_OF_RANGE];
const MOST_REPAIRS = 3;

async function send(upload: Upload, content: UploadContent, name: string): Promise<void> {
  const { signal } = upload;
  signal.throwIfAborted();
  const file = await open(name, 'r');
  try {
    for (let repairs = 0; ; repairs += 1) {
      try {
        const from = await storedBytes(upload, content);
        return await sendFrom(upload, content, { file, from });
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asError(thrown);
        const code = statusOf(error);
        if (code === status.ABORTED) throw new AttemptNotLive(detailsOf(error), { cause: error });
        if (!MENDABLE.includes(code) || repairs >= MOST_REPAIRS) throw error;
      }
    }
  } finally {
    await file.close();
  }
}

/** How much the coordinator has of it. */
async function storedBytes(upload: Upload, content: UploadContent): Promise<number> {
  const { client, signal } = upload;
  // The topology is not what is asked after.
  const asked = content.kind === 'model' ? { ...content, topology: new Uint8Array() } : content;
  const deadline = deadlineFor(sizeOf(content));
  let cancel: () => void = () => undefined;
  try {
    return await new Promise((resolve, reject) => {
      const call = client.findUpload(headerOf(upload, asked), { deadline }, (error, reply) => {
        if (error) reject(error);
        else resolve(reply?.storedBytes ?? 0);
      });
      cancel = () => call.cancel();
      signal.addEventListener('abort', cancel, { once: true });
    });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function sendFrom(
  upload: Upload,
  content: UploadContent,
  { file, from }: { readonly file: FileHandle; readonly from: number },
): Promise<void> {
  const { client, signal } = upload;
  const sizeBytes = sizeOf(content);
  const over = new AbortController();
  const { call, answered } = begin(client, deadlineFor(sizeBytes - from), over);
  const cancel = (): void => call.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  async function* requests(): AsyncGenerator<WireUploadInput> {
    yield { header: headerOf(upload, content) };
    for await (const chunk of fileChunks(file, { from, sizeBytes })) yield { chunk };
  }
  try {
    try {
      await writeAll(call, requests(), { signal: over.signal });
      call.end();
    } catch (error) {
      // An answer that comes early says why; anything else is a fault on this side.
      if (!over.signal.aborted) throw error;
    }
    await answered;
  } finally {
    signal.removeEventListener('abort', cancel);
    call.cancel();
  }
}

/** Opens the call. `over` is aborted once it is answered. */
function begin(client: CoordinatorClient, deadline: number, over: AbortController) {
  let call: ClientWritableStream<WireUploadInput> | undefined;
  const answered = new Promise<void>((resolve, reject) => {
    call = client.upload({ deadline }, (error) => {
      over.abort();
      if (error) reject(error);
      else resolve();
    });
  });
  // It may come before anybody waits for it.
  answered.catch(() => undefined);
  if (call === undefined) throw new Error('the call was not opened');
  return { call, answered };
}

function headerOf({ worker, assignment }: Upload, content: UploadContent) {
  const { run, fold, attempt } = assignment;
  return encodeUploadHeader({ run, worker, id: { task: 'fold', fold, attempt }, content });
}

const sizeOf = ({ kind, info }: UploadContent): number =>
  kind === 'model' ? info.weightsBytes : info.sizeBytes;
