import { access } from 'node:fs/promises';
import path from 'node:path';
import { PUBLISHED_DATASETS } from '../../shared/data/catalogue.ts';
import type { PublishedDataset } from '../../shared/data/catalogue.ts';
import { createAgent } from '../../shared/data/fetch/agent.ts';
import { fetchDataset } from '../../shared/data/fetch/fetch-dataset.ts';
import type { Patience } from '../../shared/data/fetch/fetch-file.ts';
import { fetchedFolder } from '../../shared/data/open.ts';
import { makeFolder } from '../../shared/durable-files.ts';
import { asError, FoldwiseError, UsageError } from '../../shared/errors.ts';
import { cacheFolder } from '../../shared/cache-folder.ts';
import { withLock } from '../../worker/engine/lock.ts';
import { plain } from '../../coordinator/report/format.ts';
import type { Context } from '../context.ts';
import { openFetchDisplay } from './fetch-display.ts';

export interface FetchFlags {
  readonly dir?: string;
}

/** A second after the first break, half a minute in all. */
const PATIENCE: Patience = { retries: 5, minTimeout: 1000, maxTimeout: 8000, factor: 2 };
/** A source that is silent for so long is asked again. */
const IDLE_MS = 30_000;

/**
 * Downloads a published dataset into the cache, or a folder of the user's.
 *
 * @throws UsageError for a name that is not known
 * @throws FoldwiseError where it cannot be had, saying what to do instead
 */
export async function fetchHere(
  name: string,
  { dir }: FetchFlags,
  context: Context,
): Promise<void> {
  const dataset = datasetCalled(name);
  const { stderr, stdout, env, signal } = context;
  const folder = path.resolve(folderFor(dataset, dir, env));
  await createFolder(folder);
  const isLive = stderr.isTTY && env['TERM'] !== 'dumb';
  const display = openFetchDisplay(stderr, { isLive, nowMs: () => performance.now() });
  const dispatcher = connectBy(env);
  const onWait = (): void => display.note('another foldwise is fetching into this folder; waiting');
  try {
    await withLock({ folder, onWait, signal }, () =>
      fetchDataset(dataset, {
        folder,
        dispatcher,
        patience: PATIENCE,
        idleMs: IDLE_MS,
        signal,
        onEvent: display.show,
      }),
    );
  } finally {
    display.close();
    await dispatcher.destroy();
  }
  const use = dir === undefined ? dataset.name : plain(dir);
  stdout.write(`${dataset.name} is in ${plain(folder)}\nUse it with --data ${use}\n`);
}

function connectBy(env: Context['env']): ReturnType<typeof createAgent> {
  try {
    return createAgent();
  } catch (error) {
    const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];
    const set = names.filter((name) => env[name]).join(', ');
    throw new UsageError(
      `${set || 'the proxy'}: expected the address of a proxy, such as http://proxy.example.org:3128`,
      { cause: error },
    );
  }
}

function datasetCalled(name: string): PublishedDataset {
  const found = PUBLISHED_DATASETS.find((dataset) => dataset.name === name);
  if (found !== undefined) return found;
  const known = PUBLISHED_DATASETS.map((dataset) => dataset.name).join(', ');
  throw new UsageError(`expected the name of a published dataset (${known}), got "${plain(name)}"`);
}

function folderFor(
  { name }: PublishedDataset,
  dir: string | undefined,
  env: Context['env'],
): string {
  if (dir === undefined) return fetchedFolder(name, cacheFolder(env));
  if (dir !== '' && !dir.includes('\0')) return dir;
  throw new UsageError(`--dir: expected a folder, got ${JSON.stringify(dir)}`);
}

async function createFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(path.join(folder, '.'));
  } catch (error) {
    const reason = asError(error).message;
    throw new FoldwiseError(`the folder ${plain(folder)} cannot be made: ${reason}`, {
      cause: error,
    });
  }
}
