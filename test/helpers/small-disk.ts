import { mkdtemp, open, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';

/** A file system of its own that can be filled up; mounting one needs root. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the space there is, to the last byte. */
  readonly fillUp: () => Promise<void>;
  /** Gives back what was taken, now or by an earlier filling. */
  readonly makeRoom: () => Promise<void>;
}

/** Gives a disk of so many KiB; @returns false where none can be mounted */
async function withSmallDisk(
  sizeKib: number,
  use: (disk: SmallDisk) => Promise<void>,
): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-small-'));
  const options = ['-t', 'tmpfs', '-o', `size=${sizeKib}k`, 'tmpfs', folder];
  const { exitCode } = await execa('mount', options, { reject: false });
  try {
    if (exitCode !== 0) return false;
    const ballast = path.join(folder, 'ballast');
    const makeRoom = async (): Promise<void> => (await open(ballast, 'w')).close();
    await use({ folder, fillUp: () => fillUp(ballast), makeRoom });
    return true;
  } finally {
    if (exitCode === 0) await execa('umount', ['--lazy', folder]);
    await rmdir(folder);
  }
}

async function fillUp(file: string): Promise<void> {
  const handle = await open(file, 'a');
  try {
    for (const sizeBytes of [65_536, 4096, 1]) {
      // A write may be short before one fails.
      for (let written = sizeBytes; written === sizeBytes;) {
        const left = await handle.write(Buffer.alloc(sizeBytes)).catch(nothingLeft);
        written = left.bytesWritten;
      }
    }
  } finally {
    await handle.close();
  }
}

function nothingLeft(error: unknown): { readonly bytesWritten: 0 } {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return { bytesWritten: 0 };
  }
  throw error;
}

/**
 * A test with a small disk. Where none can be mounted it says so and passes, unless
 * FOLDWISE_REQUIRE_TOOLS is set, as it is in CI.
 */
export function smallDiskTest(
  title: string,
  sizeKib: number,
  run: (t: ExecutionContext, disk: SmallDisk) => Promise<void>,
): void {
  test.serial(title, async (t) => {
    t.timeout(300_000);
    if (await withSmallDisk(sizeKib, (disk) => run(t, disk))) return;
    t.log('skipped: mounting a small disk needs root');
    t.falsy(process.env['FOLDWISE_REQUIRE_TOOLS'], 'a small disk cannot be mounted');
  });
}
