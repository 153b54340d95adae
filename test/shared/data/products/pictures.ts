import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import sharp from 'sharp';
import type { Picture } from '../../../../shared/data/products/picture.ts';

export type Colour = readonly [red: number, green: number, blue: number];
export const WHITE: Colour = [255, 255, 255];
export const BLACK: Colour = [0, 0, 0];

/** A picture whose pixel at (x, y) has the colour that `draw` says. */
export function drawn(
  width: number,
  height: number,
  draw: (x: number, y: number) => Colour,
): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.set(draw(x, y), 3 * (y * width + x));
  }
  return { width, height, pixels };
}

/** A picture as a file's bytes. */
export function encoded(
  { width, height, pixels }: Picture,
  format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' = 'jpeg',
): Promise<Buffer> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

/** The bytes of a small photograph: a dark square on white. */
export const photograph = (): Promise<Buffer> =>
  encoded(drawn(12, 16, (x, y) => (x > 3 && x < 9 && y > 3 && y < 13 ? [60, 40, 20] : WHITE)));

/** The first bytes of a PNG that promises more pixels than any memory holds. */
export function bomb(): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(60_000, 0);
  size.writeUInt32BE(60_000, 4);
  const rest = Buffer.from('0802000000', 'hex');
  const crc = Buffer.from(crcOf(Buffer.concat([header.subarray(12), size, rest])));
  return Buffer.concat([header, size, rest, crc, Buffer.from('0000000049444154', 'hex')]);
}

function crcOf(bytes: Buffer): Uint8Array {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  const result = Buffer.alloc(4);
  result.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return result;
}

/** A new folder with these files, their own folders made as needed; gone when the test ends. */
export async function folderOf(
  t: ExecutionContext,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-products-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}
