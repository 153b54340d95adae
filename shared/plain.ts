/**
 * Text from outside, safe to lay out: control characters (escape sequences of terminals, line
 * breaks) and marks that turn the direction of writing become U+FFFD.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\u{fffd}');
}

/** The same for what may be told in several lines, in one. */
export const plainLine = (text: string): string => plain(text.replace(/\s+/g, ' '));

/** The same for what is told in lines of its own. */
export const plainLines = (text: string): string =>
  text.replace(/[^\n]+/g, (line) => plain(line.replaceAll('\t', '  ')));
