import { statSync } from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { readJson } from './json.ts';
import { BINDING_FILE } from './location.ts';

const recordSchema = z.object({
  schema: z.literal(1),
  variant: z.enum(['cpu', 'gpu', 'custom']),
  /** Version of the npm package that the binding was built from. */
  tfjs: z.string(),
  /** What the library itself says, e.g. "2.21.0". */
  tensorflow: z.string(),
  /** Every file that is loaded, relative to the engine's folder or absolute, with its size. */
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number() })).min(1),
});

/** What an engine is made of: its `engine.json`, written once the engine is proven. */
export type EngineRecord = z.infer<typeof recordSchema>;

/** A finished engine, found whole. */
export interface Engine extends EngineRecord {
  /** Absolute path. */
  readonly folder: string;
  readonly binding: string;
}

const recordFile = (folder: string): string => path.join(folder, 'engine.json');

export async function writeRecord(folder: string, record: EngineRecord): Promise<void> {
  await writeFileAtomic(recordFile(folder), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The engine in a folder, or why there is none: told by the sizes of its files, not loaded. */
export function checkEngine(folder: string): Engine | { readonly reason: string } {
  const record = readJson(recordFile(folder), recordSchema);
  if (!record) return { reason: `${recordFile(folder)} is missing or unreadable` };
  for (const { path: name, sizeBytes } of record.files) {
    const file = path.resolve(folder, name);
    const found = sizeOf(file);
    if (found === undefined) return { reason: `${file} is missing` };
    if (found !== sizeBytes) return { reason: `${file} has ${found} bytes, not ${sizeBytes}` };
  }
  return { ...record, folder, binding: path.join(folder, BINDING_FILE) };
}

/** Size of a file in bytes, links followed; undefined where there is none. */
export function sizeOf(file: string): number | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : undefined;
}
