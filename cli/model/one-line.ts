import { plain, shortened } from '../../coordinator/report/format.ts';

const LONGEST = 600;

/** What a file, or a library that read it, has a say in, as one line that is safe to show. */
export function oneLine(message: string): string {
  return shortened(plain(message.replaceAll(/\s+/g, ' ').trim()), LONGEST);
}

/** A value as one line of JSON that keeps its content and cannot steer a terminal. */
export function jsonLine(value: unknown): string {
  const escaped = JSON.stringify(value).replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `${escaped}\n`;
}
