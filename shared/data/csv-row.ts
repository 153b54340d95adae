import { parse } from 'csv-parse/sync';
import { DataError } from '../errors.ts';
import { describeBytes } from './describe-bytes.ts';

/** Where a line stands, as messages name it: "data/a_train.csv, line 7". */
export type LineName = string;

const MAX_SIDE = 1024;
const COMMA = 0x2c;
const ZERO = 0x30;

/**
 * Reads the header `label,pixel1,…,pixelN`.
 *
 * @returns the side of the square images, in pixels
 * @throws DataError for other columns, or a number of pixels that is no square
 */
export function parseHeader(line: Uint8Array, name: LineName): number {
  const columns = fieldsOf(line, name);
  const wrong = columns.findIndex((column, index) => column !== columnName(index));
  if (wrong >= 0 || columns.length < 2) throw wrongHeader(line, columns, wrong, name);
  const pixels = columns.length - 1;
  const side = Math.sqrt(pixels);
  if (Number.isInteger(side) && side <= MAX_SIDE) return side;
  throw new DataError(
    `${name}: names ${pixels} pixel columns, the last ${columns.at(-1) ?? ''}: expected a square ` +
      `number up to ${MAX_SIDE}², such as 784 for images of 28×28`,
  );
}

/**
 * Reads a line of label and pixels into `values`, which has room for just as many.
 *
 * @throws DataError naming the column of the first value that is not a whole number from 0 to 255
 */
export function parseRow(line: Uint8Array, values: Uint8Array, name: LineName): void {
  if (!readPlainRow(line, values)) readRow(fieldsOf(line, name), values, name);
}

/**
 * Nearly every line: digits and commas. Sixty thousand such lines take 0.5 s this way, and 12 s
 * through csv-parse, which makes text of each of their 47 million values
 * (docs/decisions/reading-csv.md).
 *
 * @returns false for any other line, right or wrong
 */
function readPlainRow(line: Uint8Array, values: Uint8Array): boolean {
  let column = 0;
  let value = 0;
  let digits = 0;
  for (let position = 0; position <= line.length; position++) {
    const byte = position < line.length ? (line[position] as number) : COMMA;
    const digit = byte - ZERO;
    if (byte === COMMA) {
      if (digits === 0 || value > 255 || column >= values.length) return false;
      values[column++] = value;
      value = digits = 0;
    } else if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits += 1;
    } else {
      return false;
    }
  }
  return column === values.length;
}

function readRow(fields: readonly string[], values: Uint8Array, name: LineName): void {
  if (fields.length !== values.length) {
    const found = fields.length === 0 ? 'an empty line' : `${fields.length}`;
    throw new DataError(`${name}: expected ${values.length} values, found ${found}`);
  }
  fields.forEach((field, index) => {
    const value = /^\d+$/.test(field) ? Number(field) : NaN;
    if (!(value <= 255)) {
      throw new DataError(
        `${name}, column ${columnName(index)}: expected a whole number from 0 to 255, found ` +
          (field === '' ? 'nothing' : JSON.stringify(shortened(field))),
      );
    }
    values[index] = value;
  });
}

const columnName = (index: number): string => (index === 0 ? 'label' : `pixel${index}`);

/** The fields of one line by the rules of CSV: quoted or not. */
function fieldsOf(line: Uint8Array, name: LineName): readonly string[] {
  try {
    const [fields = []] = parse(Buffer.from(line), { to: 1 });
    return fields;
  } catch (error) {
    throw new DataError(`${name}: is not CSV, a quotation mark is out of place`, { cause: error });
  }
}

function wrongHeader(
  line: Uint8Array,
  columns: readonly string[],
  wrong: number,
  name: LineName,
): DataError {
  const expected = `${name}: expected the header label,pixel1,pixel2,… (28×28 images have 784)`;
  const bytes = describeBytes(line);
  if (bytes !== 'text') return new DataError(`${expected}, found ${bytes}`);
  if (wrong < 0) return new DataError(`${expected}, found the column label only`);
  const found = JSON.stringify(shortened(columns[wrong] ?? ''));
  return new DataError(`${expected}, found ${found} in place of ${columnName(wrong)}`);
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
