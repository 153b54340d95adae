import path from 'node:path';
import envPaths from 'env-paths';

/** The part of the environment that is read here. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The absolute folder for all that Foldwise keeps between runs: FOLDWISE_CACHE, else the user's. */
export function cacheFolder(environment: EnvironmentVariables = process.env): string {
  const chosen = environment['FOLDWISE_CACHE'];
  if (chosen) return path.resolve(chosen);
  return envPaths('foldwise', { suffix: '' }).cache;
}
