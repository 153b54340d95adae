import path from 'node:path';
import { grouped, plain } from '../coordinator/report/format.ts';
import type { NetworkFile } from '../coordinator/report/run-results.ts';
import { sha256 } from '../shared/data/digest.ts';
import type { Dataset, Plan } from '../shared/domain.ts';
import { UsageError } from '../shared/errors.ts';
import { readTextFile } from '../shared/text-file.ts';
import { MAX_ARCHITECTURE_BYTES } from '../shared/wire/bounds.ts';
import type { ArchitectureFacts } from '../worker/trainer/architecture/describe-architecture.ts';
import { inspectArchitecture } from '../worker/trainer/architecture/inspect-architecture.ts';
import {
  readArchitecture,
  renderArchitecture,
} from '../worker/trainer/architecture/read-architecture.ts';
import { MOST_ACTIVATIONS } from '../worker/trainer/batches.ts';
import type { SavedNetwork } from '../worker/trainer/network-json.ts';
import type { SettingName, Settings } from './settings.ts';

/** The network of `--architecture`, which is what a run trains instead of the paper's. */
export interface ArchitectureFile extends NetworkFile {
  /** How messages name it. */
  readonly shownAs: string;
  readonly network: SavedNetwork;
  /** What workers are sent. */
  readonly text: string;
}

type Values = Settings<'architecture'>;

/**
 * Reads the file of `--architecture`, where there is one.
 *
 * @throws UsageError with one sentence, for what is no network or cannot be trained, and for a
 *   `--dropout` beside it, which would do nothing
 */
export async function readArchitectureFile(
  { architecture: file }: Values,
  given: ReadonlySet<SettingName>,
): Promise<ArchitectureFile | undefined> {
  if (file === undefined) return undefined;
  if (given.has('dropout')) {
    throw new UsageError(
      '--dropout is for the network of the paper and does nothing with --architecture: leave one ' +
        'of them out; Dropout layers in the file have rates of their own',
    );
  }
  const shownAs = `--architecture ${plain(file)}`;
  const content = await readTextFile(file, { shownAs, mostBytes: MAX_ARCHITECTURE_BYTES });
  const network = readArchitecture(content, shownAs);
  const text = renderArchitecture(network, shownAs);
  return { name: path.basename(file), digest: sha256(content), shownAs, network, text };
}

/**
 * Checks that tfjs can build the network and that it fits images and classes.
 *
 * @throws UsageError with one sentence
 */
export async function inspectFor(
  { network, shownAs }: ArchitectureFile,
  { image, classes }: Dataset,
  signal: AbortSignal,
): Promise<ArchitectureFacts> {
  const use = { image, classCount: classes.length, shownAs };
  return inspectArchitecture({ network, use }, { signal });
}

/**
 * @throws UsageError for a batch that fills the memory with what a single layer hands on
 */
export function checkBatch(
  { shownAs }: ArchitectureFile,
  { largest: { name, numbers } }: ArchitectureFacts,
  { dataset, validation, training }: Plan,
): void {
  const smallestPart = Math.min(...validation.map((part) => part.length));
  const images = Math.min(training.batchSize, dataset.train.count - smallestPart);
  if (images * numbers <= MOST_ACTIVATIONS) return;
  const fitting = Math.floor(MOST_ACTIVATIONS / numbers);
  const advice = fitting >= 1 ? `take --batch-size ${fitting} or less` : 'take a smaller layer';
  throw new UsageError(
    `${shownAs}: its layer "${name}" hands on ${grouped(images * numbers)} numbers for a batch of ` +
      `${grouped(images)} images, more than the ${grouped(MOST_ACTIVATIONS)} allowed: ${advice}`,
  );
}
