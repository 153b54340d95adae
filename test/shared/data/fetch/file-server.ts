import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { Agent, interceptors } from 'undici';
import type { PublishedDataset, PublishedFile } from '../../../../shared/data/catalogue.ts';
import type { FetchEvent, FetchOptions } from '../../../../shared/data/fetch/fetch-file.ts';

/** Bytes that differ from place to place. */
export const contentOf = (sizeBytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, at) => (at * 31 + (at >> 8)) % 251));

export function publish(name: string, bytes: Buffer): PublishedFile {
  const hash = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return { name, sizeBytes: bytes.length, md5: hash('md5'), sha256: hash('sha256') };
}

export const datasetOf = (
  files: readonly PublishedFile[],
  ...sources: readonly string[]
): PublishedDataset => {
  const content = { count: 0, contentDigest: '' };
  return { name: 'tiny', digest: '', content: { train: content, test: content }, sources, files };
};

/** Serves on a free port until the test ends, and notes what was asked. */
export async function serve(
  t: ExecutionContext,
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<{ readonly url: string; readonly asked: string[]; readonly hangUp: () => void }> {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.url} ${request.headers.range ?? 'all'}`);
    answer(request, response, asked.length);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const hangUp = (): void => server.closeAllConnections();
  return { url: `http://127.0.0.1:${port}/`, asked, hangUp };
}

/** Answers like a good server: whole, or from where it is asked. */
export function answerWith(
  bytes: Buffer,
  { headers: { range } }: IncomingMessage,
  response: ServerResponse,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const partial = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  const rest = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': rest.length,
    ...(from > 0 ? partial : {}),
  });
  response.end(rest);
}

/** Sends the first bytes of a whole answer, and then nothing. */
export function beginWith(sentBytes: number, bytes: Buffer, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': bytes.length });
  response.write(bytes.subarray(0, sentBytes));
}

/** Breaks the connection once so many bytes of a file have arrived; the first time only. */
export function breakAt(
  arrivedBytes: number,
  server: { readonly hangUp: () => void },
): (event: FetchEvent) => void {
  let hasBroken = false;
  return (event) => {
    if (hasBroken || event.type !== 'received' || event.receivedBytes !== arrivedBytes) return;
    hasBroken = true;
    server.hangUp();
  };
}

interface Workshop extends FetchOptions {
  readonly events: FetchEvent[];
  /** What happened, without the arrival of bytes. */
  readonly types: () => string[];
  /** The same, with somebody else watching too. */
  readonly watchedBy: (watch: (event: FetchEvent) => void) => FetchOptions;
}

/** A new folder and options that try again at once; the events are collected. */
export async function workshop(
  t: ExecutionContext,
  { idleMs = 10_000, retries = 2 }: { readonly idleMs?: number; readonly retries?: number } = {},
): Promise<Workshop> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-fetch-'));
  const agent = new Agent();
  t.teardown(async () => {
    await agent.destroy();
    await rm(folder, { recursive: true, force: true });
  });
  const events: FetchEvent[] = [];
  const options: FetchOptions = {
    folder,
    dispatcher: agent.compose(interceptors.redirect({ maxRedirections: 5 })),
    idleMs,
    patience: { retries, minTimeout: 0, maxTimeout: 0, factor: 1 },
    onEvent: (event) => events.push(event),
  };
  return {
    ...options,
    events,
    types: () => events.map(({ type }) => type).filter((type) => type !== 'received'),
    watchedBy: (watch) => ({
      ...options,
      onEvent: (event) => {
        events.push(event);
        watch(event);
      },
    }),
  };
}
