import { FoldwiseError } from '../../errors.ts';
import type { PublishedDataset, PublishedFile } from '../catalogue.ts';
import { fetchFile, isThere } from './fetch-file.ts';
import type { FetchOptions } from './fetch-file.ts';
import { SourceError } from './source-error.ts';

/**
 * Brings the files of a published dataset into a folder, which exists, each from the first of its sources that
 * delivers. A source that cannot be reached is left at once; one that breaks off is asked again,
 * for the rest. Files appear whole and checked, or not at all.
 *
 * @throws FoldwiseError where no source delivers, saying what to do; the signal's reason where it
 *   is aborted
 */
export async function fetchDataset(
  dataset: PublishedDataset,
  options: FetchOptions,
): Promise<void> {
  let sources = dataset.sources;
  for (const file of dataset.files) {
    options.signal?.throwIfAborted();
    if (await isThere(file, options)) continue;
    const source = await fetchFromFirst(file, sources, dataset, options);
    // The others would only fail again.
    sources = [source, ...sources.filter((other) => other !== source)];
  }
}

async function fetchFromFirst(
  file: PublishedFile,
  sources: readonly string[],
  dataset: PublishedDataset,
  options: FetchOptions,
): Promise<string> {
  const failures: Failure[] = [];
  for (const source of sources) {
    try {
      await fetchFile(file, source, options);
      return source;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof SourceError)) throw error;
      failures.push({ source, error });
    }
  }
  throw explain(failures, file, dataset, options.folder);
}

interface Failure {
  readonly source: string;
  readonly error: SourceError;
}

function explain(
  failures: readonly Failure[],
  file: PublishedFile,
  { name, sources, files }: PublishedDataset,
  folder: string,
): FoldwiseError {
  const isOffline = failures.every(({ error }) => error.problem === 'unreachable');
  const why = isOffline ? 'this machine seems to be offline' : `no source delivers ${file.name}`;
  return new FoldwiseError(
    [
      `${name} cannot be fetched: ${why}`,
      ...failures.map(({ source, error }) => `  ${new URL(source).host}: ${error.message}`),
      'What to do:',
      '- try again, which goes on from what has arrived; behind a proxy, set HTTP_PROXY and HTTPS_PROXY',
      '- or get the files by another way, from',
      ...sources.map((source) => `    ${source}`),
      `  and put them into ${folder}:`,
      ...files.map((each) => `    ${each.name}`),
      '- or name a folder that holds them: --data DIR',
    ].join('\n'),
  );
}
