import { open } from 'node:fs/promises';

/** What the model says of one picture. */
export interface Prediction {
  readonly file: string;
  /** The most probable classes, the first of them the answer; of equals the first. */
  readonly ranked: readonly RankedClass[];
}

export interface RankedClass {
  readonly class: string;
  readonly index: number;
  readonly probability: number;
}

const ROWS_AT_ONCE = 1000;
const FLOAT_BYTES = 4;

/**
 * Reads probabilities back, a picture at a time.
 *
 * @param outputFile - float32, little-endian, [files, classes]
 */
export async function* readPredictions(
  outputFile: string,
  files: readonly string[],
  classes: readonly string[],
): AsyncGenerator<Prediction> {
  const rowBytes = classes.length * FLOAT_BYTES;
  const input = await open(outputFile);
  try {
    for (let start = 0; start < files.length; start += ROWS_AT_ONCE) {
      const batch = files.slice(start, start + ROWS_AT_ONCE);
      const values = new Float32Array(batch.length * classes.length);
      await input.read(new Uint8Array(values.buffer), 0, values.byteLength, start * rowBytes);
      for (const [row, file] of batch.entries()) {
        const from = row * classes.length;
        yield { file, ranked: ranked(values.subarray(from, from + classes.length), classes) };
      }
    }
  } finally {
    await input.close();
  }
}

function ranked(probabilities: Float32Array, classes: readonly string[]): RankedClass[] {
  return [...probabilities]
    .map((probability, index) => ({ class: classes[index] ?? '', index, probability }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index);
}
