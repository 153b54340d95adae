import path from 'node:path';
import { counted, grouped, plain, SYNTHETIC_NOTICE } from '../coordinator/report/format.ts';
import { TRANSFER_COUNT } from '../shared/data/synthetic-transfer.ts';
import { TEST_COUNT, TRAIN_COUNT } from '../shared/data/synthetic.ts';
import { writeSynthetic } from '../shared/data/write-synthetic.ts';
import type { WriteSyntheticOptions, WrittenSynthetic } from '../shared/data/write-synthetic.ts';
import { UsageError } from '../shared/errors.ts';
import { createWholeFolder } from '../shared/new-folder.ts';
import type { Context } from './context.ts';
import { openLiveRegion } from './progress/live-region.ts';

/** As typed: text, or absent. */
export interface SynthFlags {
  readonly seed?: string;
  readonly train?: string;
  readonly test?: string;
  readonly transfer?: string;
  readonly csv?: boolean;
}

/** Ten images show every class; a million of 28×28 pixels fit a file. */
const IMAGES = [10, 1_000_000] as const;
const PRODUCTS = [1, 100_000] as const;
const SEEDS = [0, Number.MAX_SAFE_INTEGER] as const;

/** Progress is shown where the work takes longer than this. */
const PATIENCE_MS = 1000;

/**
 * Writes the synthetic set into a new folder, wholly or not at all, and says what is there.
 *
 * @throws UsageError for numbers out of range or a folder that cannot be used
 */
export async function synth(folder: string, flags: SynthFlags, context: Context): Promise<void> {
  const { stdout, signal } = context;
  const counts = {
    seed: integerOf('seed', flags.seed ?? '0', SEEDS),
    trainCount: integerOf('train', flags.train ?? String(TRAIN_COUNT), IMAGES),
    testCount: integerOf('test', flags.test ?? String(TEST_COUNT), IMAGES),
    transferCount: integerOf('transfer', flags.transfer ?? String(TRANSFER_COUNT), PRODUCTS),
    hasCsv: flags.csv ?? false,
  };
  if (folder === '' || folder.includes('\0')) {
    throw new UsageError(`expected the path of a new folder, got ${JSON.stringify(folder)}`);
  }
  const progress = openProgress(counts, context);
  try {
    const written = await createWholeFolder(folder, (unfinished) =>
      writeSynthetic(unfinished, { ...counts, signal, onProgress: progress.show }),
    );
    progress.close();
    stdout.write(`${describe(folder, counts, written).join('\n')}\n`);
  } finally {
    progress.close();
  }
}

type Counts = Omit<WriteSyntheticOptions, 'signal' | 'onProgress'>;

function integerOf(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(
    `--${name}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`,
  );
}

/** A line on the terminal that says how far the drawing has come; nothing elsewhere. */
function openProgress(
  { trainCount, testCount, transferCount }: Counts,
  { stderr, env }: Context,
): { readonly show: (drawn: number) => void; readonly close: () => void } {
  if (!stderr.isTTY || env['TERM'] === 'dumb') {
    return { show: () => undefined, close: () => undefined };
  }
  const region = openLiveRegion(stderr);
  const total = grouped(trainCount + testCount + transferCount);
  const startedMs = performance.now();
  return {
    show: (drawn) => {
      if (performance.now() - startedMs < PATIENCE_MS) return;
      region.draw([`drawn ${grouped(drawn)} of ${total} pictures`]);
    },
    close: () => region.clear(),
  };
}

function describe(
  folder: string,
  counts: Counts,
  { digest, products }: WrittenSynthetic,
): string[] {
  const { trainCount, testCount, hasCsv } = counts;
  const images = `${grouped(trainCount)} training and ${grouped(testCount)} test images`;
  const transfer = path.join(folder, 'products');
  const csv = path.join(folder, 'csv');
  const { rows, pictures, withoutPicture, broken, withCommas } = products;
  return [
    SYNTHETIC_NOTICE,
    '',
    `${plain(folder)}: ${images}, IDX files; digest ${digest.slice(0, 12)}…`,
    `${plain(transfer)}: ${counted(rows, 'product')} in styles.csv, ${grouped(pictures)} pictures in colour, 60×80`,
    `  to try every path: ${withoutPicture} products without a picture, ${broken} with a broken one, ` +
      `${withCommas} with commas in the name`,
    ...(hasCsv ? [`${plain(csv)}: the images of ${plain(folder)} as CSV files`] : []),
    '',
    'Now try:',
    `  npx foldwise train --data ${quoted(folder)} --transfer ${quoted(transfer)} --epochs 5 --batch-size 100`,
    ...(hasCsv ? [`  npx foldwise train --data ${quoted(csv)} --epochs 5 --batch-size 100`] : []),
    `  npx foldwise train --data ${quoted(transfer)} --epochs 5 --batch-size 100`,
  ];
}

/** As a shell takes it. */
const quoted = (name: string): string =>
  /^[\w./@%+=:,-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
