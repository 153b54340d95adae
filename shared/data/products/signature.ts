/** First bytes of the formats that pictures are read from, in Latin-1; "?" is any byte. Pure. */
const SIGNATURES: readonly (readonly [start: string, format: PictureFormat])[] = [
  ['\xff\xd8\xff', 'jpeg'],
  ['\x89PNG\r\n\x1a\n', 'png'],
  ['RIFF????WEBP', 'webp'],
  ['GIF87a', 'gif'],
  ['GIF89a', 'gif'],
  ['II*\0', 'tiff'],
  ['MM\0*', 'tiff'],
];

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff';

/**
 * Tells raster formats by their content, not their name. All else, drawings and documents that
 * may hold programs or fetch further files above all, never reaches a decoder.
 */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  return SIGNATURES.find(([signature]) =>
    [...signature].every((byte, at) => byte === '?' || byte === start[at]),
  )?.[1];
}

/**
 * Whether a file stops before the mark that its format ends with, or holds less than it says.
 * A TIFF has neither.
 */
export function isCutShort(bytes: Uint8Array, format: PictureFormat): boolean {
  const end = String.fromCharCode(...bytes.subarray(-64));
  switch (format) {
    case 'jpeg':
      return !end.includes('\xff\xd9');
    case 'png':
      return !end.includes('IEND');
    case 'gif':
      return !/;\0*$/.test(end);
    case 'webp':
      return bytes.length < 12 || bytes.length - 8 < riffSize(bytes);
    case 'tiff':
      return false;
  }
}

/** What a RIFF file says to hold after its first eight bytes. */
const riffSize = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
