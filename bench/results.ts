import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { asError, FoldwiseError } from '../shared/errors.ts';

/** Of the last run on this machine; docs/benchmarks.md keeps what is worth keeping. */
export const RESULTS_FILE = fileURLToPath(new URL('./results/last.json', import.meta.url));

const number = z.number();

const machineSchema = z.strictObject({
  processor: z.string(),
  processorFeatures: z.array(z.string()),
  cores: number,
  /** Those that all sides were pinned to. */
  pinnedTo: z.array(number),
  memoryBytes: number,
  system: z.string(),
  /** One minute's mean before the first measurement. */
  loadAverage: number,
});

const rowSchema = z.strictObject({
  figure: z.string(),
  unit: z.string(),
  comparison: z.enum(['faster-rate', 'faster-duration', 'share', 'slower', 'alone']),
  ours: number,
  other: number.nullable(),
  ratio: number.nullable(),
  must: number.nullable(),
  aim: number.nullable(),
});

/** What the results of all benchmarks have. */
export const commonResults = {
  schema: z.literal(1),
  /** ISO 8601, UTC. */
  date: z.iso.datetime(),
  seconds: number,
  machine: machineSchema,
  versions: z.record(z.string(), z.string()),
  rows: z.array(rowSchema),
  /** Figures that no target is set for. */
  extras: z.array(z.strictObject({ what: z.string(), value: number, unit: z.string() })),
  notes: z.array(z.string()),
};

export const resultsSchema = z.strictObject({
  ...commonResults,
  device: z.string(),
  data: z.strictObject({ name: z.string(), synthetic: z.boolean(), images: number }),
  settings: z.strictObject({
    step: z.enum(['compiled', 'eager']),
    repeats: number,
    imagesPerRepeat: number,
    batchSize: number,
    threads: number,
  }),
});

export type Results = z.infer<typeof resultsSchema>;

export async function writeResults(results: object, file = RESULTS_FILE): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** @throws FoldwiseError where there are none, or none of this version */
export const readResults = (file = RESULTS_FILE): Promise<Results> =>
  readResultsOf(resultsSchema, file, 'npm run bench');

/**
 * @param command - makes such results
 * @throws FoldwiseError where there are none, or none of this version
 */
export async function readResultsOf<Schema extends z.ZodType>(
  schema: Schema,
  file: string,
  command: string,
): Promise<z.output<Schema>> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new FoldwiseError(
      `${file} holds no results of this version: run "${command}" first ` +
        `(${asError(error).message.split('\n')[0]})`,
      { cause: error },
    );
  }
}
