import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import pRetry from 'p-retry';
import type { Dispatcher } from 'undici';
import { syncDirectory } from '../../durable-files.ts';
import type { PublishedFile } from '../catalogue.ts';
import { findWrongChecksum } from './checksums.ts';
import { download } from './download.ts';
import { SourceError } from './source-error.ts';

/** What happens to one file. */
export type FetchEvent = { readonly file: PublishedFile } & (
  | { readonly type: 'kept' | 'replaced' | 'finished' }
  | { readonly type: 'started'; readonly host: string }
  | { readonly type: 'received'; readonly receivedBytes: number }
  | { readonly type: 'broken'; readonly host: string; readonly reason: string }
);

/** How often and how long after a break a source is asked again. */
export interface Patience {
  readonly retries: number;
  readonly minTimeout: number;
  readonly maxTimeout: number;
  readonly factor: number;
}

export interface FetchOptions {
  /** Where the files go; it exists. */
  readonly folder: string;
  readonly dispatcher: Dispatcher;
  readonly patience: Patience;
  /** Longest silence of a source. */
  readonly idleMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: FetchEvent) => void;
}

/**
 * Brings one file into the folder, unless it is there with the published checksums. What arrives
 * is kept in `<name>.partial` until it is whole and checked, and a later call goes on from there.
 *
 * @throws SourceError where this source does not deliver
 */
export async function fetchFile(
  file: PublishedFile,
  source: string,
  options: FetchOptions,
): Promise<void> {
  const { patience, signal, onEvent } = options;
  const { host } = new URL(source);
  onEvent({ type: 'started', file, host });
  await pRetry(() => attempt(file, source, options), {
    ...patience,
    ...(signal ? { signal } : {}),
    shouldRetry: ({ error }) => isBroken(error) && signal?.aborted !== true,
    onFailedAttempt: ({ error, retriesLeft }) => {
      if (!isBroken(error) || retriesLeft === 0 || signal?.aborted) return;
      onEvent({ type: 'broken', file, host, reason: error.message });
    },
  });
  onEvent({ type: 'finished', file });
}

/** Whether the file is there as published; one that is damaged is announced. */
export async function isThere(
  file: PublishedFile,
  { folder, onEvent }: Pick<FetchOptions, 'folder' | 'onEvent'>,
): Promise<boolean> {
  const final = path.join(folder, file.name);
  if (!existsSync(final)) return false;
  const isRight = (await findWrongChecksum(final, file)) === undefined;
  onEvent({ type: isRight ? 'kept' : 'replaced', file });
  return isRight;
}

async function attempt(
  file: PublishedFile,
  source: string,
  { folder, dispatcher, idleMs, signal, onEvent }: FetchOptions,
): Promise<void> {
  const final = path.join(folder, file.name);
  const partial = `${final}.partial`;
  const { isResumed } = await download({
    url: new URL(file.name, source).href,
    partial,
    sizeBytes: file.sizeBytes,
    dispatcher,
    idleMs,
    signal,
    onBytes: (receivedBytes) => onEvent({ type: 'received', file, receivedBytes }),
  });
  const wrong = await findWrongChecksum(partial, file);
  if (wrong !== undefined) {
    await rm(partial, { force: true });
    // The beginning may be of another file, or of another time: without it all may be well.
    const problem = isResumed ? 'broken' : 'damaged';
    throw new SourceError(problem, `what came does not have the published ${wrong}`);
  }
  await sync(partial);
  await rename(partial, final);
  await syncDirectory(folder);
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isBroken = (error: Error): boolean =>
  error instanceof SourceError && error.problem === 'broken';
