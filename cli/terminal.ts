import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Writes text in a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Styles for a terminal that has colours, unless NO_COLOR is set; nothing elsewhere. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return hasColors(stream) ? (style, text) => styleText(style, text) : (_style, text) => text;
}

/** Whether the stream is a terminal that shows colours, which NO_COLOR and TERM=dumb deny. */
export function hasColors(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && stream.hasColors();
}
