import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Makes a folder and its parents. Node's own recursion never ends where /proc is a parent. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    const parent = path.dirname(folder);
    if (!hasCode(error, 'ENOENT') || parent === folder) throw error;
    await makeFolder(parent);
    // Somebody else may make it in the meantime; a second failure is a real one.
    await mkdir(folder).catch((again: unknown) => {
      if (!hasCode(again, 'EEXIST')) throw again;
    });
  }
}

/** True for an error of the operating system with this code, ENOENT for one. */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Writes all of the bytes: a single write may be short without failing, on a full disk for one. */
export async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const { bytesWritten } = await file.write(bytes, written);
    written += bytesWritten;
  }
}

/** Writes a file and waits until the disk has it. */
export async function writeSynced(name: string, bytes: Uint8Array): Promise<void> {
  const file = await open(name, 'w');
  try {
    await writeFully(file, bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So many characters are written at a time. */
const WRITTEN_AT_ONCE = 65_536;

/**
 * Puts a new file in the place of whatever has its name, on the disk before it has it: whoever reads
 * finds all of the one or all of the other.
 *
 * @param pieces - of its text, made as they are needed
 */
export async function replaceFile(name: string, pieces: Iterable<string>): Promise<void> {
  const making = `${name}.new`;
  try {
    await writePieces(making, pieces);
    await rename(making, name);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
}

async function writePieces(name: string, pieces: Iterable<string>): Promise<void> {
  const file = await open(name, 'w');
  try {
    let waiting = '';
    for (const piece of pieces) {
      waiting += piece;
      if (waiting.length < WRITTEN_AT_ONCE) continue;
      await writeFully(file, Buffer.from(waiting));
      waiting = '';
    }
    await writeFully(file, Buffer.from(waiting));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the creation or renaming of the entries of a folder durable. */
export async function syncDirectory(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
