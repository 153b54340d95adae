/** folds.json: the folds of a plan as text, and back. Pure; the caller reads and writes files. */
import { z } from 'zod';
import { DIGEST_PATTERN, type Digest, type FoldMap } from './domain.ts';
import { UsageError } from './errors.ts';

export const FOLDS_SCHEMA = 1;

/** What folds.json says. */
export interface FoldsFile {
  readonly dataset: Digest;
  readonly k: number;
  readonly seed: number;
  readonly stratified: boolean;
  readonly validation: FoldMap;
}

/** What a fold map says that was given to a run: all of folds.json, or only `validation`. */
export interface ParsedFoldMap {
  readonly k: number;
  readonly validation: FoldMap;
  readonly seed?: number | undefined;
  readonly stratified?: boolean | undefined;
}

const envelope = z.strictObject({
  schema: z.literal(FOLDS_SCHEMA).optional(),
  dataset: z.string().regex(DIGEST_PATTERN, 'expected 64 hexadecimal digits').optional(),
  k: z.int().optional(),
  seed: z.int().min(0).optional(),
  stratified: z.boolean().optional(),
  // The indices are checked below, by hand: there are many, and messages should name fold and index.
  validation: z.array(z.array(z.unknown())),
});

/** The text of folds.json: the same bytes for the same plan, one line a fold. */
export function renderFoldsFile({ dataset, k, seed, stratified, validation }: FoldsFile): string {
  const head = { schema: FOLDS_SCHEMA, dataset, k, seed, stratified };
  const lines = Object.entries(head).map(([key, value]) => `  "${key}": ${JSON.stringify(value)},`);
  const folds = validation.map((indices) => `    ${JSON.stringify(indices)}`).join(',\n');
  return ['{', ...lines, '  "validation": [', folds, '  ]', '}', ''].join('\n');
}

/**
 * Checks a fold map given by the user: every training image in exactly one fold, two folds or more,
 * none empty; their sizes are free. `dataset` and `k`, where given, must fit.
 *
 * @param json - parsed JSON, of folds.json or with `validation` alone
 * @param expected.count - training images in use
 * @param expected.file - named in messages
 * @returns indices ascending in each fold
 * @throws UsageError naming the fold and the index at fault
 */
export function parseFoldMap(
  json: unknown,
  expected: { readonly count: number; readonly datasetDigest: Digest; readonly file?: string },
): ParsedFoldMap {
  const { count, datasetDigest, file = 'the fold map' } = expected;
  const parsed = envelope.safeParse(json);
  if (!parsed.success) throw new UsageError(`${file}: ${describe(parsed.error)}`);
  const { dataset, k, seed, stratified, validation } = parsed.data;
  if (dataset !== undefined && dataset !== datasetDigest) {
    throw new UsageError(
      `${file} was made for another dataset (digest ${dataset}, this one has ${datasetDigest}): ` +
        'use the same --data and --limit as then, or another fold map',
    );
  }
  if (k !== undefined && k !== validation.length) {
    throw new UsageError(`${file}: k is ${k}, but validation has ${validation.length} folds`);
  }
  const problem = findProblem(validation, count);
  if (problem !== undefined) throw new UsageError(`${file}: ${problem}`);
  const folds = (validation as number[][]).map((indices) =>
    Array.from(Int32Array.from(indices).sort()),
  );
  return { k: folds.length, validation: folds, seed, stratified };
}

function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}

function findProblem(validation: readonly unknown[][], count: number): string | undefined {
  if (validation.length < 2) return `expected at least 2 folds, got ${validation.length}`;
  const empty = validation.findIndex((indices) => indices.length === 0);
  if (empty >= 0) return `fold ${empty} is empty`;
  const foldOf = new Int32Array(count).fill(-1);
  for (const [fold, indices] of validation.entries()) {
    for (const index of indices) {
      const problem = findIndexProblem(index, fold, foldOf);
      if (problem !== undefined) return problem;
      foldOf[index as number] = fold;
    }
  }
  const missing = foldOf.indexOf(-1);
  return missing < 0
    ? undefined
    : `index ${missing} is in no fold; each of 0 to ${count - 1} must be in one`;
}

function findIndexProblem(index: unknown, fold: number, foldOf: Int32Array): string | undefined {
  if (typeof index !== 'number' || !Number.isInteger(index)) {
    const shown =
      typeof index === 'number' ? String(index) : String(JSON.stringify(index)).slice(0, 40);
    return `fold ${fold} has ${shown} where an index is expected, an integer from 0`;
  }
  const other = foldOf[index];
  if (other === undefined) {
    return (
      `fold ${fold} has index ${index}, but the training set has ` +
      `${foldOf.length} images, 0 to ${foldOf.length - 1}`
    );
  }
  if (other === fold) return `index ${index} is in fold ${fold} twice`;
  if (other >= 0) return `index ${index} is in folds ${other} and ${fold}`;
  return undefined;
}
