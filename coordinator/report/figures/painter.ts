import type { EChartsCoreOption } from 'echarts/core';
import { escaped, trusted, type Html } from '../page/html.ts';

/** One drawing: what to draw, its size in CSS pixels at natural scale, and its text alternative. */
export interface Drawing {
  readonly option: EChartsCoreOption;
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

/** Draws as inline SVG; the same drawing gives the same bytes. */
export type Painter = (drawing: Drawing) => Html;

/**
 * Loads ECharts, here and not before, since few commands draw. The one-file build loads in about a
 * tenth of a second, its hundreds of modules take one to three.
 */
export async function openPainter(): Promise<Painter> {
  const { init } = await import('echarts/dist/echarts.esm.min.mjs');
  return (drawing) => {
    const { width, height } = drawing;
    const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
    try {
      chart.setOption({
        animation: false,
        textStyle: { fontFamily: 'inherit' },
        ...drawing.option,
      });
      return trusted(tidied(chart.renderToSVGString({ useViewBox: true }), drawing));
    } finally {
      chart.dispose();
    }
  };
}

/**
 * What ECharts writes, without what only a live chart needs: hover styles, data attributes,
 * classes, and clip paths, whose ids are numbered by the process and would differ from one
 * rendering to the next. (Scales hold all values, so nothing needs clipping.) Text cannot match:
 * its quotes and angle brackets are escaped.
 */
function tidied(svg: string, { label, width }: Drawing): string {
  // Narrower, the letters would be too small, and the figure scrolls instead; wider, too large.
  const widths = `min-width:${Math.round(width * 0.72)}px;max-width:${Math.round(width * 1.3)}px`;
  return svg
    .replace(/<(style|defs)\b[^]*?<\/\1>/g, '')
    .replace(/ (?:class|clip-path|pointer-events|xml:space|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/(style="[^"]*)font-family:inherit;/g, '$1')
    .replace(/<rect [^>]*fill="none"><\/rect>/, '')
    .replace(/>\n+(?=<)/g, '>')
    .replace(
      /^<svg [^>]*(viewBox="[^"]*")>/,
      (_, viewBox: string) =>
        `<svg role="img" aria-label="${escaped(label)}" ${viewBox} style="${widths}">`,
    );
}
