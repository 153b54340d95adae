import { open, type FileHandle } from 'node:fs/promises';

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

/** Makes the creation or renaming of the entries of a folder durable. */
export async function syncDirectory(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
