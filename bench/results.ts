import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { asError, FoldwiseError } from '../shared/errors.ts';

/** Of the last run on this machine; docs/benchmarks.md keeps what is worth keeping. */
export const RESULTS_FILE = fileURLToPath(new URL('./results/last.json', import.meta.url));

const number = z.number();

export const resultsSchema = z.strictObject({
  schema: z.literal(1),
  /** ISO 8601, UTC. */
  date: z.iso.datetime(),
  seconds: number,
  device: z.string(),
  machine: z.strictObject({
    processor: z.string(),
    processorFeatures: z.array(z.string()),
    cores: number,
    /** Those that all sides were pinned to. */
    pinnedTo: z.array(number),
    memoryBytes: number,
    system: z.string(),
    /** One minute's mean before the first measurement. */
    loadAverage: number,
  }),
  versions: z.record(z.string(), z.string()),
  data: z.strictObject({ name: z.string(), synthetic: z.boolean(), images: number }),
  settings: z.strictObject({
    step: z.enum(['compiled', 'eager']),
    repeats: number,
    imagesPerRepeat: number,
    batchSize: number,
    threads: number,
  }),
  rows: z.array(
    z.strictObject({
      figure: z.string(),
      unit: z.string(),
      comparison: z.enum(['faster-rate', 'faster-duration', 'share', 'slower', 'alone']),
      ours: number,
      other: number.nullable(),
      ratio: number.nullable(),
      must: number.nullable(),
      aim: number.nullable(),
    }),
  ),
  /** Medians that no target is set for. */
  extras: z.array(z.strictObject({ what: z.string(), value: number, unit: z.string() })),
  notes: z.array(z.string()),
});

export type Results = z.infer<typeof resultsSchema>;

export async function writeResults(results: Results, file = RESULTS_FILE): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** @throws FoldwiseError where there are none, or none of this version */
export async function readResults(file = RESULTS_FILE): Promise<Results> {
  try {
    return resultsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new FoldwiseError(
      `${file} holds no results of this version: run "npm run bench" first ` +
        `(${asError(error).message.split('\n')[0]})`,
      { cause: error },
    );
  }
}
