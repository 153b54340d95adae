import type { DatasetPart } from '../domain.ts';
import { DataError } from '../errors.ts';
import { linesOf } from './byte-lines.ts';
import { parseHeader, parseRow } from './csv-row.ts';
import { fileProblem } from './file-problem.ts';
import { MAX_FILE_BYTES } from './idx-format.ts';
import { regularFileSize } from './regular-file.ts';

export interface CsvImages extends DatasetPart {
  readonly height: number;
  readonly width: number;
}

/** The line an image stands on: the first has the header. */
export const lineOfImage = (image: number): number => image + 2;

const BLOCK_BYTES = 2 ** 22;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/**
 * Reads a CSV file of images, one a line: label, then pixels row by row, as Kaggle has
 * Fashion-MNIST. Memory follows what the file holds.
 *
 * @throws DataError with one sentence on the first thing that is wrong, by line and column
 */
export async function readCsvFile(path: string): Promise<CsvImages> {
  try {
    await regularFileSize(path);
    return await collect(path);
  } catch (thrown) {
    throw thrown instanceof DataError ? thrown : fileProblem(thrown, path);
  }
}

async function collect(path: string): Promise<CsvImages> {
  let side = 0;
  let line = 0;
  let rows = new Rows(0);
  for await (const bytes of linesOf(path)) {
    line += 1;
    const name = `${path}, line ${line}`;
    if (line === 1) {
      side = parseHeader(withoutMark(bytes), name);
      rows = new Rows(1 + side * side);
    } else {
      parseRow(bytes, rows.next(path), name);
    }
  }
  if (line === 0) throw new DataError(`${path} is empty: expected CSV, label,pixel1,pixel2,…`);
  if (line === 1) throw new DataError(`${path} holds no images: expected lines below the header`);
  return { height: side, width: side, ...rows.split() };
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? bytes.subarray(3) : bytes;
}

/** Rows of label and pixels, in blocks, because their number is not known before the end. */
class Rows {
  readonly #rowBytes: number;
  readonly #rowsPerBlock: number;
  readonly #blocks: Uint8Array[] = [];
  #count = 0;

  constructor(rowBytes: number) {
    this.#rowBytes = rowBytes;
    this.#rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));
  }

  /** Room for one more row. */
  next(path: string): Uint8Array {
    const place = this.#count % this.#rowsPerBlock;
    if (place === 0) this.#blocks.push(new Uint8Array(this.#rowsPerBlock * this.#rowBytes));
    this.#count += 1;
    if (this.#count * this.#rowBytes > MAX_FILE_BYTES) {
      throw new DataError(
        `${path} holds more than ${MAX_FILE_BYTES} labels and pixels: no more are read`,
      );
    }
    const block = this.#blocks.at(-1) ?? new Uint8Array();
    return block.subarray(place * this.#rowBytes, (place + 1) * this.#rowBytes);
  }

  split(): DatasetPart {
    const pixelBytes = this.#rowBytes - 1;
    const labels = new Uint8Array(this.#count);
    const pixels = new Uint8Array(this.#count * pixelBytes);
    for (let image = 0; image < this.#count; image++) {
      const block = this.#blocks[Math.floor(image / this.#rowsPerBlock)] ?? new Uint8Array();
      const start = (image % this.#rowsPerBlock) * this.#rowBytes;
      labels[image] = block[start] ?? 0;
      pixels.set(block.subarray(start + 1, start + this.#rowBytes), image * pixelBytes);
    }
    return { labels, pixels };
  }
}
