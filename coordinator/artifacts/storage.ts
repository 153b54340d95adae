import { hasCode } from '../../shared/durable-files.ts';

/** There is no space for it on the coordinator's disk; there may be later. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';
}

/** The coordinator's own disk failed: no worker could do better. The cause says how. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
}

/** Tells what the operating system says about files apart from everything else that may fail. */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT')) {
      throw new DiskFull("the coordinator's disk is full", { cause: error });
    }
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new StorageFailure("the coordinator's disk failed", { cause: error });
  }
}
