/** First bytes of kinds of file that turn up in place of a dataset, in Latin-1. Pure. */
const SIGNATURES: readonly (readonly [start: string, meaning: string])[] = [
  ['\x1f\x8b', 'gzip data'],
  ['\0\0\x08\x03', 'IDX images'],
  ['\0\0\x08\x01', 'IDX labels'],
  ['\x03\x08\0\0', 'IDX images with their bytes swapped'],
  ['\x01\x08\0\0', 'IDX labels with their bytes swapped'],
  ['PK\x03\x04', 'a zip archive'],
  ['BZh', 'bzip2 data'],
  ['\xfd7zXZ', 'xz data'],
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['\x93NUMPY', 'a NumPy array'],
  ['version https://git-lfs', 'a Git LFS pointer instead of the file it stands for'],
  ['{', 'JSON'],
];

/** Says what a file seems to be, from its first bytes. */
export function describeBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing: it is empty';
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) return known[1];
  if (/^\s*</.test(start)) return 'a web page or XML';
  if (/^\0\0[\x08-\x0e][\x01-\x08]/.test(start)) return 'IDX data of another type or dimension';
  if (/^[\t\n\r\x20-\x7e]+$/.test(start)) return 'text';
  return 'unknown data';
}
