import { plain, shortened } from '../../coordinator/report/format.ts';

const LONGEST = 600;

/** What a file, or a library that read it, has a say in, as one line that is safe to show. */
export function oneLine(message: string): string {
  return shortened(plain(message.replaceAll(/\s+/g, ' ').trim()), LONGEST);
}
