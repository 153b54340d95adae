import { open, type FileHandle } from 'node:fs/promises';
import { hasCode } from '../../shared/durable-files.ts';
import { fileChunks, type OutgoingChunk } from '../../shared/wire/chunks.ts';

/** Bytes on their way out, from any offset on. */
export interface Source {
  readonly sizeBytes: number;
  readonly chunks: (from: number) => Iterable<OutgoingChunk> | AsyncIterable<OutgoingChunk>;
  readonly close: () => Promise<void>;
}

/**
 * The bytes of files, one after the other, which are read as they are sent.
 * @returns null where one of them does not exist.
 */
export async function openFiles(names: readonly string[]): Promise<Source | null> {
  const files: FileHandle[] = [];
  const close = async (): Promise<void> => {
    for (const file of files) await file.close();
  };
  try {
    for (const name of names) files.push(await open(name, 'r'));
    const sizes = await Promise.all(files.map(async (file) => (await file.stat()).size));
    const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
    return { sizeBytes, close, chunks: (from) => chunksOfFiles(files, sizes, from) };
  } catch (error) {
    await close();
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function* chunksOfFiles(
  files: readonly FileHandle[],
  sizes: readonly number[],
  from: number,
): AsyncGenerator<OutgoingChunk> {
  let offset = 0;
  for (const [index, file] of files.entries()) {
    const sizeBytes = sizes[index] ?? 0;
    yield* fileChunks(file, { from: Math.max(0, from - offset), sizeBytes, offset });
    offset += sizeBytes;
  }
}
