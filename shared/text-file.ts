import { createReadStream } from 'node:fs';
import { fileProblem } from './data/file-problem.ts';
import { regularFileSize } from './data/regular-file.ts';
import { DataError } from './errors.ts';

export interface TextFileOptions {
  /** Names the file in messages: its option and path. */
  readonly shownAs: string;
  /** A larger file is refused before it fills the memory. */
  readonly mostBytes: number;
}

/**
 * Reads a regular file as UTF-8, without its byte order mark.
 *
 * @throws DataError with one sentence on why it cannot be read
 */
export async function readTextFile(path: string, options: TextFileOptions): Promise<string> {
  const bytes = await readBytes(path, options);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DataError(`${options.shownAs} is not UTF-8 text`, { cause: error });
  }
}

async function readBytes(path: string, { shownAs, mostBytes }: TextFileOptions): Promise<Buffer> {
  const tooLarge = new DataError(
    `${shownAs} is larger than ${inWords(mostBytes)}, the most allowed`,
  );
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    if ((await regularFileSize(path, shownAs)) > mostBytes) throw tooLarge;
    // Files of /proc say that they are empty; a file may also grow.
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > mostBytes) throw tooLarge;
    }
  } catch (error) {
    throw error instanceof DataError ? error : fileProblem(error, shownAs);
  }
  return Buffer.concat(chunks);
}

function inWords(sizeBytes: number): string {
  return sizeBytes < 2 ** 20 ? `${sizeBytes / 2 ** 10} KiB` : `${sizeBytes / 2 ** 20} MiB`;
}
