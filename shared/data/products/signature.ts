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
