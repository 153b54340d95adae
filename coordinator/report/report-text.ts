import type { Report } from './report-schema.ts';

/**
 * The text of `report.json`, piece by piece, since that of ten thousand folds is long: indented JSON
 * with each list of numbers, such as a row of a confusion matrix, on one line. Pure.
 */
export function* reportText(report: Report): Generator<string> {
  yield '{';
  let isFirst = true;
  for (const [key, value] of Object.entries(report)) {
    if (value === undefined) continue;
    yield `${isFirst ? '' : ','}\n  ${JSON.stringify(key)}: `;
    if (key === 'folds') yield* listText(report.folds);
    else yield indented(value, 1);
    isFirst = false;
  }
  yield '\n}\n';
}

function* listText(items: readonly unknown[]): Generator<string> {
  yield '[';
  for (const [at, item] of items.entries()) {
    yield `${at === 0 ? '' : ','}\n    ${indented(item, 2)}`;
  }
  yield items.length === 0 ? ']' : '\n  ]';
}

const LIST_OF_NUMBERS = /\[\n\s+([-\d.,e+\s]+?)\n\s+\]/g;

/** Line breaks within texts are escaped, so that all others are those of the layout. */
function indented(value: unknown, depth: number): string {
  return JSON.stringify(value, null, 2)
    .replace(LIST_OF_NUMBERS, (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)
    .replaceAll('\n', `\n${'  '.repeat(depth)}`);
}
