/** folds.json: the folds of a plan as text, and back. Pure; the caller reads and writes files. */
import { z } from 'zod';
import { DIGEST_PATTERN, type Digest, type FoldMap } from './domain.ts';
import { UsageError } from './errors.ts';

export const FOLDS_SCHEMA = 1;

const DIGEST = '64 hexadecimal digits';
const SEED = 'a whole number from 0';
const MOST_NAMED = 3;

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

/** A fold map that cannot be used; the message begins with its file. */
export class FoldMapError extends UsageError {}

const envelope = z.strictObject(
  {
    schema: z.literal(FOLDS_SCHEMA, expecting(`${FOLDS_SCHEMA}`)).optional(),
    dataset: z.string(expecting(DIGEST)).regex(DIGEST_PATTERN, expecting(DIGEST)).optional(),
    k: z.int(expecting('a whole number')).optional(),
    seed: z.int(expecting(SEED)).min(0, expecting(SEED)).optional(),
    stratified: z.boolean(expecting('true or false')).optional(),
    // The rest is checked below, by hand: there is much, and messages should name fold and index.
    validation: z.array(z.unknown(), expecting('a list of folds')),
  },
  expecting('an object with "validation", a list of folds'),
);

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
 * @throws FoldMapError naming the fold and the index at fault
 */
export function parseFoldMap(
  json: unknown,
  expected: { readonly count: number; readonly datasetDigest: Digest; readonly file?: string },
): ParsedFoldMap {
  const { count, datasetDigest, file = 'the fold map' } = expected;
  const parsed = envelope.safeParse(json);
  if (!parsed.success) throw new FoldMapError(`${file}: ${describe(parsed.error)}`);
  const { dataset, k, seed, stratified, validation } = parsed.data;
  if (dataset !== undefined && dataset !== datasetDigest) {
    throw new FoldMapError(
      `${file} was made for another dataset (digest ${dataset}, this one has ${datasetDigest}): ` +
        'use the same --data and --limit as then, or another fold map',
    );
  }
  if (k !== undefined && k !== validation.length) {
    throw new FoldMapError(`${file}: k is ${k}, but validation has ${validation.length} folds`);
  }
  const problem = findProblem(validation, count);
  if (problem !== undefined) throw new FoldMapError(`${file}: ${problem}`);
  const folds = (validation as number[][]).map((indices) =>
    Array.from(Int32Array.from(indices).sort()),
  );
  return { k: folds.length, validation: folds, seed, stratified };
}

/** Words for zod: what is expected, and what came instead. */
function expecting(what: string): { error: z.core.$ZodErrorMap } {
  return {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown keys: ${shownKeys(issue.keys)}`
        : `expected ${what}, got ${shown(issue.input)}`,
  };
}

function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, MOST_NAMED)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}

function shownKeys(keys: readonly string[]): string {
  const named = keys.slice(0, MOST_NAMED).map(shown).join(', ');
  return keys.length > MOST_NAMED ? `${named} and ${keys.length - MOST_NAMED} more` : named;
}

/** Of lists and objects, which may be large and deep, only the kind. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'number') return String(value);
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 40) : value);
}

function findProblem(validation: readonly unknown[], count: number): string | undefined {
  if (validation.length < 2) return `expected at least 2 folds, got ${validation.length}`;
  const empty = validation.findIndex((indices) => Array.isArray(indices) && indices.length === 0);
  if (empty >= 0) return `fold ${empty} is empty`;
  const foldOf = new Int32Array(count).fill(-1);
  for (const [fold, indices] of validation.entries()) {
    if (!Array.isArray(indices))
      return `fold ${fold} is ${shown(indices)}, expected a list of indices`;
    for (const index of indices as unknown[]) {
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
    return `fold ${fold} has ${shown(index)} where an index is expected, an integer from 0`;
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
