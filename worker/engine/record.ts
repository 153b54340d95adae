import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BINDING_FILE, engineKey, enginesFolder, type EngineVariant } from './location.ts';
import { findTfjsPackage, TENSORFLOW_VERSION } from './versions.ts';

const variant = z.enum(['cpu', 'gpu', 'custom']);

const selectionSchema = z.object({
  variant,
  /** Name of a folder in the engines folder. */
  folder: z.string().regex(/^[\w.+-]+$/),
});

const recordSchema = z.object({
  schema: z.literal(1),
  variant,
  tfjs: z.string(),
  /** What the library itself says, e.g. "2.21.0". */
  tensorflow: z.string(),
  /** The user's own library; absent for wheels. */
  libtensorflow: z.string().optional(),
  /** Every file that is loaded, relative to the engine's folder or absolute, with its size. */
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number() })).min(1),
});

export type Selection = z.infer<typeof selectionSchema>;
export type EngineRecord = z.infer<typeof recordSchema>;

/** A finished engine, found whole. */
export interface Engine extends EngineRecord {
  /** Absolute path. */
  readonly folder: string;
  readonly binding: string;
}

/** What is known of the selected engine. */
export type EngineState =
  | { readonly kind: 'ready'; readonly engine: Engine }
  | { readonly kind: 'none' }
  /** Made for other versions than this release wants. */
  | { readonly kind: 'outdated'; readonly variant: EngineVariant; readonly reason: string }
  | { readonly kind: 'broken'; readonly variant: EngineVariant; readonly reason: string };

export const selectionFile = (engines: string): string => path.join(engines, 'selected.json');
export const recordFile = (folder: string): string => path.join(folder, 'engine.json');

/** Finds the selected engine and checks by the sizes of its files that it is whole. */
export function findEngine(engines: string = enginesFolder()): EngineState {
  const selection = readJson(selectionFile(engines), selectionSchema);
  if (!selection) return { kind: 'none' };
  const found = checkEngine(path.join(engines, selection.folder));
  if ('reason' in found)
    return { kind: 'broken', variant: selection.variant, reason: found.reason };
  const tfjs = findTfjsPackage().version;
  const wanted = { variant: found.variant, tfjs, platform: process.platform, arch: process.arch };
  if (found.tfjs !== tfjs || !isWanted(selection, wanted)) {
    return {
      kind: 'outdated',
      variant: selection.variant,
      reason: `${selection.folder} was made for other versions than this release uses`,
    };
  }
  return { kind: 'ready', engine: found };
}

function isWanted(
  selection: Selection,
  parts: Omit<Parameters<typeof engineKey>[0], 'tensorflow'>,
) {
  if (parts.variant === 'custom') return true;
  return selection.folder === engineKey({ ...parts, tensorflow: TENSORFLOW_VERSION });
}

/** The engine in a folder, or the reason why there is none. */
export function checkEngine(folder: string): Engine | { readonly reason: string } {
  const record = readJson(recordFile(folder), recordSchema);
  if (!record) return { reason: `${recordFile(folder)} is missing or unreadable` };
  for (const file of record.files) {
    const sizeBytes = sizeOf(path.resolve(folder, file.path));
    if (sizeBytes === file.sizeBytes) continue;
    const found = sizeBytes === undefined ? 'is missing' : `has ${sizeBytes} bytes`;
    return { reason: `${path.resolve(folder, file.path)} ${found}, not ${file.sizeBytes} bytes` };
  }
  return { ...record, folder, binding: path.join(folder, BINDING_FILE) };
}

/** Size of a file in bytes, links followed; undefined where there is none. */
export function sizeOf(file: string): number | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : undefined;
}

/** A file that is missing, torn or of another release counts as absent. */
function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
