import { open, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { writeFully } from '../../durable-files.ts';
import { asError, FoldwiseError } from '../../errors.ts';
import { requestProblem, SourceError, transferProblem } from './source-error.ts';

/** Longer than a single try to connect takes. */
const CONNECTING_MS = 10_000;

export interface Download {
  readonly url: string;
  /** Receives the bytes; what it holds already is not asked for again. */
  readonly partial: string;
  readonly sizeBytes: number;
  readonly dispatcher: Dispatcher;
  /** Longest silence, before the answer and within it. */
  readonly idleMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told how many of the bytes are there, at the beginning and after each piece. */
  readonly onBytes: (receivedBytes: number) => void;
}

/**
 * Downloads what is missing of a file, once; whatever happens, what has arrived is kept.
 *
 * @returns whether the file began with bytes of an earlier download
 * @throws SourceError where the address does not deliver; FoldwiseError where the disk does not
 *   take it; the signal's reason where it is aborted
 */
export async function download(asked: Download): Promise<{ readonly isResumed: boolean }> {
  const { partial, sizeBytes, signal, onBytes } = asked;
  const presentBytes = await sizeOf(partial);
  if (presentBytes === sizeBytes) return { isResumed: true };
  if (presentBytes > sizeBytes) await rm(partial);
  const fromBytes = presentBytes > sizeBytes ? 0 : presentBytes;
  const response = await requestFrom(fromBytes, asked);
  const startBytes = await startOf(response, fromBytes, asked);
  const file = await openForWriting(partial, startBytes);
  let receivedBytes = startBytes;
  onBytes(receivedBytes);
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      receivedBytes += chunk.length;
      if (receivedBytes > sizeBytes) throw await tooLong(asked);
      await write(file, chunk, partial);
      onBytes(receivedBytes);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SourceError || error instanceof FoldwiseError) throw error;
    throw transferProblem(error);
  } finally {
    await file.close();
  }
  if (receivedBytes < sizeBytes) throw new SourceError('broken', 'the answer ended early');
  return { isResumed: startBytes > 0 };
}

async function requestFrom(
  fromBytes: number,
  { url, dispatcher, idleMs, signal }: Download,
): Promise<Dispatcher.ResponseData> {
  // Compressed once more, ranges would mean other bytes.
  const headers = {
    'accept-encoding': 'identity',
    ...(fromBytes > 0 ? { range: `bytes=${fromBytes}-` } : {}),
  };
  // Tries to connect are not part of the timeouts of a request, and some proxies end each of them.
  const answer = new AbortController();
  const timer = setTimeout(() => answer.abort(), idleMs + CONNECTING_MS);
  try {
    return await request(url, {
      ...{ dispatcher, headers, headersTimeout: idleMs, bodyTimeout: idleMs },
      signal: AbortSignal.any([answer.signal, ...(signal ? [signal] : [])]),
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (answer.signal.aborted) throw new SourceError('refused', 'does not answer');
    throw requestProblem(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Which byte of the file the answer begins with; 0 where the server ignored the range. */
async function startOf(
  response: Dispatcher.ResponseData,
  fromBytes: number,
  { partial, sizeBytes }: Download,
): Promise<number> {
  const { statusCode, headers, body } = response;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(headers['content-range'] ?? ''));
  const isRangeRight =
    Number(range?.[1]) === fromBytes && (range?.[2] === '*' || Number(range?.[2]) === sizeBytes);
  if (statusCode === 206 && fromBytes > 0 && isRangeRight) return fromBytes;
  const length = headers['content-length'];
  if (statusCode === 200 && (length === undefined || Number(length) === sizeBytes)) return 0;
  body.on('error', () => undefined).destroy();
  if (statusCode === 200) {
    throw new SourceError('damaged', `offers ${String(length)} bytes, expected ${sizeBytes}`);
  }
  if (statusCode === 206 || statusCode === 416) {
    await rm(partial, { force: true });
    throw new SourceError('broken', 'what had arrived does not fit what it offers now');
  }
  const isPassing = statusCode >= 500 || statusCode === 408 || statusCode === 429;
  throw new SourceError(isPassing ? 'broken' : 'refused', `answers HTTP ${statusCode}`);
}

async function tooLong({ partial, sizeBytes }: Download): Promise<SourceError> {
  await rm(partial, { force: true });
  return new SourceError('damaged', `sends more than the ${sizeBytes} bytes expected`);
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}

async function openForWriting(partial: string, startBytes: number): Promise<FileHandle> {
  try {
    return await open(partial, startBytes > 0 ? 'a' : 'w');
  } catch (error) {
    throw unwritable(partial, error);
  }
}

async function write(file: FileHandle, chunk: Uint8Array, partial: string): Promise<void> {
  try {
    await writeFully(file, chunk);
  } catch (error) {
    throw unwritable(partial, error);
  }
}

function unwritable(file: string, error: unknown): FoldwiseError {
  return new FoldwiseError(`${file} cannot be written: ${asError(error).message}`, {
    cause: error,
  });
}
