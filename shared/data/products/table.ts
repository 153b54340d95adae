import { parse } from 'csv-parse/sync';
import { DataError } from '../../errors.ts';
import { readTextFile } from '../../text-file.ts';

export interface TableOptions {
  readonly path: string;
  /** Names the file in messages. */
  readonly shownAs: string;
  /** The columns to read, in the order in which each row gives them. */
  readonly columns: readonly string[];
  /** What the columns are for, ending the message where one is not there. */
  readonly purpose: string;
}

export interface TableRow {
  /** Where the row begins, from 1; the header is on the first line of the file. */
  readonly line: number;
  /** One for each column asked for, without the spaces around. */
  readonly values: readonly string[];
}

/** Kaggle's whole table has 44,000 rows in 4 MB. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Reads columns of a CSV file with a header, in whatever order it has them. Commas in the last
 * column need no quotes, quotes inside a field neither; where quotes do not pair within a line,
 * they are text like any other. No value has a meaning of its own: "NA" is two letters.
 *
 * @throws DataError with one sentence on the first thing that is wrong, and its line
 */
export async function readTable(options: TableOptions): Promise<TableRow[]> {
  const { path, shownAs } = options;
  const text = await readTextFile(path, { shownAs, mostBytes: MOST_BYTES });
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    throw new DataError(`${shownAs} line ${lineAt(text, nul)} holds a NUL byte, expected CSV text`);
  }
  const [header, ...records] = parseRecords(text);
  if (header === undefined) throw new DataError(`${shownAs} is empty, expected ${wanted(options)}`);
  const places = findColumns(header.fields, options);
  if (records.length === 0) throw new DataError(`${shownAs} has a header but no rows`);
  const lastColumn = header.fields.length - 1;
  return records.map(({ line, fields }) => {
    if (fields.length <= lastColumn) {
      throw new DataError(
        `${shownAs} line ${line} has ${fields.length} fields, expected ${header.fields.length}`,
      );
    }
    const value = (place: number): string =>
      place < lastColumn ? (fields[place] ?? '') : fields.slice(lastColumn).join(',');
    return { line, values: places.map((place) => value(place).trim()) };
  });
}

interface TextRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

function parseRecords(text: string): TextRecord[] {
  const unified = text.replaceAll(/\r\n?/g, '\n');
  try {
    const records = parseWith(unified, '"');
    // A stray quote swallows lines up to the next one: rows of such tables take one line each.
    const hasSwallowed = records.some(({ fields }) => fields.some((field) => field.includes('\n')));
    if (!hasSwallowed) return records;
  } catch {
    // Quotes that do not pair are text.
  }
  return parseWith(unified, false);
}

function parseWith(text: string, quote: string | false): TextRecord[] {
  const rows = parse(text, {
    quote,
    relax_quotes: true,
    relax_column_count: true,
    record_delimiter: '\n',
    info: true,
  }) as unknown as { readonly record: string[]; readonly info: { readonly lines: number } }[];
  // Blank lines are kept while counting: csv-parse counts only the lines that it does not skip.
  return rows
    .map(({ record, info }) => ({ line: info.lines, fields: record }))
    .filter(({ fields }) => fields.length > 1 || fields[0]?.trim() !== '');
}

function findColumns(header: readonly string[], options: TableOptions): number[] {
  const names = header.map((name) => name.trim());
  return options.columns.map((column) => {
    const place = names.indexOf(column);
    const isTwice = names.indexOf(column, place + 1) > place;
    if (place >= 0 && !isTwice) return place;
    throw new DataError(
      `${options.shownAs} has ${isTwice ? 'two columns' : 'no column'} "${column}" in its header ` +
        `(${names.join(', ').slice(0, 200)}), expected ${wanted(options)}`,
    );
  });
}

const wanted = ({ columns, purpose }: TableOptions): string =>
  `columns ${columns.join(' and ')} ${purpose}`;

const lineAt = (text: string, position: number): number =>
  text.slice(0, position).split('\n').length;
