import { createReadStream } from 'node:fs';
import { DataError } from '../errors.ts';

const CHUNK_BYTES = 2 ** 20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Longer than any line that is read here: a million pixel columns, named. */
export const MAX_LINE_BYTES = 2 ** 24;

/**
 * The lines of a file as bytes, without their ends (LF or CRLF); what follows the last end is a
 * line unless it is empty. Each lives until the next is asked for.
 *
 * @throws DataError for a line beyond {@link MAX_LINE_BYTES}; what reading throws
 */
export async function* linesOf(path: string): AsyncGenerator<Uint8Array> {
  const open = new OpenLine(path);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const bytes = chunk as Uint8Array;
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, start);
      if (end < 0) break;
      yield open.end(bytes.subarray(start, end));
      start = end + 1;
    }
    open.add(bytes.subarray(start));
  }
  if (!open.isEmpty) yield open.end(new Uint8Array());
}

/** The beginning of a line whose end has not been read yet. */
class OpenLine {
  readonly #path: string;
  #pieces: Uint8Array[] = [];
  #sizeBytes = 0;
  #line = 1;

  constructor(path: string) {
    this.#path = path;
  }

  get isEmpty(): boolean {
    return this.#sizeBytes === 0;
  }

  add(piece: Uint8Array): void {
    this.#sizeBytes += piece.length;
    if (this.#sizeBytes > MAX_LINE_BYTES) {
      throw new DataError(
        `${this.#path}, line ${this.#line}: is longer than ${MAX_LINE_BYTES} bytes, the most read`,
      );
    }
    this.#pieces.push(piece);
  }

  end(rest: Uint8Array): Uint8Array {
    const whole = this.isEmpty ? rest : Buffer.concat([...this.#pieces, rest]);
    this.#pieces = [];
    this.#sizeBytes = 0;
    this.#line += 1;
    return whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
  }
}
