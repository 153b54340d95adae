import { openPainter, type Drawing } from '../../../../coordinator/report/figures/painter.ts';

/** The parts of an SVG that figures are made of, found by their text. */
export interface Drawn {
  readonly svg: string;
  /** Attributes of each element of a name. */
  readonly elements: (name: string) => Readonly<Record<string, string>>[];
  /** What is written, in order. */
  readonly texts: readonly string[];
}

export async function draw(drawing: Drawing): Promise<Drawn> {
  const paint = await openPainter();
  const svg = paint(drawing).markup;
  return {
    svg,
    elements: (name) => {
      const tags = svg.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'g'));
      return [...tags].map(([, attributes = '']) =>
        Object.fromEntries(
          [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key = '', value]) => [
            key,
            value,
          ]),
        ),
      ) as Record<string, string>[];
    },
    texts: [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text),
  };
}

/** The corners of a path made of straight lines: "M1 2L3 4" → [[1, 2], [3, 4]]. */
export function corners(path: string): [x: number, y: number][] {
  return path
    .slice(1)
    .split('L')
    .map((pair) => pair.split(' ').map(Number) as [number, number]);
}
