import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';

/**
 * A folder for caches in which tests leave the parts of their tiny datasets: all else in it, the
 * engines above all, is the user's.
 * @returns {string}
 */
export function testCacheFolder() {
  const users = path.resolve(
    process.env['FOLDWISE_CACHE'] || envPaths('foldwise', { suffix: '' }).cache,
  );
  const mark = createHash('sha256').update(users).digest('hex').slice(0, 12);
  const folder = path.join(tmpdir(), `foldwise-test-cache-${process.getuid?.() ?? 0}-${mark}`);
  mkdirSync(path.join(users, 'engines'), { recursive: true });
  mkdirSync(path.join(folder, 'datasets'), { recursive: true });
  for (const name of readdirSync(users)) {
    if (name === 'datasets') continue;
    const link = path.join(folder, name);
    // Test runs may begin at the same time.
    try {
      symlinkSync(path.join(users, name), link);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  return folder;
}
