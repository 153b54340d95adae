import { once } from 'node:events';

/** Writes text, waiting while the reader is slow, so that output does not pile up in memory. */
export async function writeAll(
  stream: NodeJS.WriteStream,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (!stream.write(text)) await once(stream, 'drain', { signal });
}
