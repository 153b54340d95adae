import path from 'node:path';
import { DataError, UsageError } from '../../errors.ts';
import { FASHION_CLASSES } from '../classes.ts';
import { readTable } from './table.ts';

/** Which class an article type belongs to; those without one are left out. */
export interface LabelMap {
  /** Names the table in messages. */
  readonly shownAs: string;
  /** In the order of their labels. */
  readonly classes: readonly string[];
  /** The label, an index into `classes`, by article type. */
  readonly labelOf: ReadonlyMap<string, number>;
}

const PAPERS_TABLE = path.join(import.meta.dirname, '..', 'article-types.csv');
const MOST_CLASSES = 256;

/**
 * Reads the table of article types: a CSV file with the columns `articleType` and `class`.
 *
 * Where all its classes are among Fashion-MNIST's, these ten are the classes, in their order,
 * whether the table uses each or not: so labels mean the same as in that dataset. Else the classes
 * are the table's own, in order of first appearance.
 *
 * @param file - a user's table (`--label-map`); the paper's where there is none
 * @throws DataError that names the line at fault
 */
export async function readLabelMap(file?: string): Promise<LabelMap> {
  const shownAs =
    file === undefined ? 'the built-in table of article types' : `--label-map ${file}`;
  const rows = await readTable({
    path: file ?? PAPERS_TABLE,
    shownAs,
    columns: ['articleType', 'class'],
    purpose: 'that give article types their classes',
  });
  const classOf = new Map<string, string>();
  for (const { line, values } of rows) {
    const [articleType = '', className = ''] = values;
    const where = `${shownAs} line ${line}`;
    if (articleType === '') throw new DataError(`${where} names no article type`);
    if (className === '') throw new DataError(`${where} gives "${articleType}" no class`);
    const known = classOf.get(articleType);
    if (known !== undefined && known !== className) {
      throw new DataError(
        `${where} puts "${articleType}" in class "${className}", an earlier line in "${known}"`,
      );
    }
    classOf.set(articleType, className);
  }
  const classes = orderedClasses(new Set(classOf.values()), shownAs);
  return { shownAs, classes, labelOf: labelled(classOf, classes) };
}

/**
 * The same table, its labels those of a dataset.
 *
 * @throws UsageError where a class of the table is none of the dataset's
 */
export function labelsFor(map: LabelMap, classes: readonly string[]): LabelMap {
  const used = new Map(
    [...map.labelOf].map(([articleType, label]) => [articleType, map.classes[label] ?? '']),
  );
  const unknown = [...new Set(used.values())].find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `${map.shownAs} has a class "${unknown}" that the training data do not have ` +
        `(they have ${classes.join(', ')}): give a table of these classes with --label-map, ` +
        'or leave the transfer evaluation out with --transfer none',
    );
  }
  return { ...map, classes, labelOf: labelled(used, classes) };
}

function orderedClasses(used: ReadonlySet<string>, shownAs: string): readonly string[] {
  if ([...used].every((name) => FASHION_CLASSES.includes(name))) return FASHION_CLASSES;
  if (used.size <= MOST_CLASSES) return [...used];
  throw new DataError(`${shownAs} has ${used.size} classes, expected at most ${MOST_CLASSES}`);
}

function labelled(
  classOf: ReadonlyMap<string, string>,
  classes: readonly string[],
): ReadonlyMap<string, number> {
  return new Map([...classOf].map(([type, name]) => [type, classes.indexOf(name)]));
}
