import { mkdir } from 'node:fs/promises';
import { createRandom } from '../../shared/random.ts';
import { writeIdxFolder } from '../../shared/data/write-idx.ts';

/** Makes data for a test: 200 and 50 pictures of random pixels, at once where drawing takes seconds. */
export async function makeData(folder: string, side = 12): Promise<void> {
  const image = { height: side, width: side, channels: 1 };
  const random = createRandom(5, 'synthetic');
  const part = (count: number) => ({
    labels: Uint8Array.from({ length: count }, (_, index) => index % 10),
    pixels: Uint8Array.from({ length: count * side * side }, () => random.nextUint32() & 255),
  });
  await mkdir(folder, { recursive: true });
  await writeIdxFolder(folder, { image, train: part(200), test: part(50) });
}
