import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { PublishedFile } from '../catalogue.ts';

/** Which of a file's checksums is not the published one; undefined where both are. */
export async function findWrongChecksum(
  path: string,
  { md5, sha256 }: Pick<PublishedFile, 'md5' | 'sha256'>,
): Promise<'MD5' | 'SHA-256' | undefined> {
  const md5Hash = createHash('md5');
  const sha256Hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    md5Hash.update(chunk);
    sha256Hash.update(chunk);
  }
  if (md5Hash.digest('hex') !== md5) return 'MD5';
  return sha256Hash.digest('hex') === sha256 ? undefined : 'SHA-256';
}
