import type { EChartsCoreOption } from 'echarts/core';
import type { ConfusionMatrix } from '../../../shared/domain.ts';
import { plain, shortened } from '../format.ts';
import type { Drawing } from './painter.ts';
import { labelStride } from './scale.ts';

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  /** Of the row's total. */
  readonly share: number;
}

/** What the renderer of a custom series is given; the part of ECharts' interface used here. */
interface Coordinates {
  readonly coord: (point: readonly number[]) => number[];
  readonly size: (extent: readonly number[]) => number | number[];
}

const LABEL_LENGTH = 14;
const CELL = { usual: 35, smallestPlot: 220, largestPlot: 640 };

/**
 * A confusion matrix as a heatmap, rows true, columns predicted: counts in the cells, shading by
 * the share of the row. Right answers and errors have a colour each; errors are shaded by the
 * square root of their share, because they are far fewer. Cells without a count are left blank.
 */
export function confusionHeatmap(
  matrix: ConfusionMatrix,
  classes: readonly string[],
  label: string,
): Drawing {
  const names = classes.map((name) => shortened(plain(name), LABEL_LENGTH));
  const side = Math.min(CELL.largestPlot, Math.max(CELL.smallestPlot, names.length * CELL.usual));
  const textWidth = Math.max(...names.map((name) => [...name].length)) * 6.5 + 8;
  const margin = { left: Math.round(textWidth + 22), bottom: Math.round(textWidth * 0.75 + 30) };
  return {
    width: margin.left + side + 6,
    height: margin.bottom + side + 6,
    label,
    option: heatmapOption(matrix, names, { left: margin.left, side, textWidth }),
  };
}

interface Layout {
  readonly left: number;
  readonly side: number;
  readonly textWidth: number;
}

function heatmapOption(
  matrix: ConfusionMatrix,
  names: readonly string[],
  { left, side, textWidth }: Layout,
): EChartsCoreOption {
  const cells = cellsOf(matrix);
  const fontSize = countFontSize(cells, side / names.length);
  const axis = classAxis(names, labelStride(names.length, side, 15));
  const renderItem = (
    { dataIndex }: { dataIndex: number },
    at: Coordinates,
  ): object | undefined => {
    const cell = cells[dataIndex];
    return cell && drawnCell(cell, at, fontSize);
  };
  return {
    grid: {
      ...{ left, top: 4, width: side, height: side },
      ...{ show: true, borderWidth: 0, borderColor: 'none', backgroundColor: 'var(--cell)' },
    },
    xAxis: {
      ...axis,
      ...{ name: 'predicted', nameGap: textWidth * 0.75 + 8 },
      axisLabel: { ...axis.axisLabel, rotate: 45 },
    },
    yAxis: { ...axis, name: 'true', nameGap: textWidth, inverse: true },
    series: [
      {
        type: 'custom',
        silent: true,
        data: cells.map((cell) => [cell.column, cell.row]),
        renderItem,
      },
    ],
  };
}

function classAxis(names: readonly string[], stride: number) {
  return {
    type: 'category' as const,
    data: [...names],
    nameLocation: 'middle' as const,
    nameTextStyle: { color: 'var(--muted)', fontSize: 12 },
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      interval: (index: number) => index % stride === 0,
      ...{ color: 'var(--ink)', fontSize: 12, margin: 6 },
    },
  };
}

function drawnCell(cell: Cell, at: Coordinates, fontSize: number | undefined): object {
  const [x = 0, y = 0] = at.coord([cell.column, cell.row]);
  const [width = 0, height = 0] = [at.size([1, 1])].flat();
  const gap = Math.min(1, width / 20);
  const isRight = cell.row === cell.column;
  const opacity = isRight ? cell.share : 0.1 + 0.9 * Math.sqrt(cell.share);
  const rectangle = {
    type: 'rect',
    shape: {
      ...{ x: x - width / 2 + gap, y: y - height / 2 + gap },
      ...{ width: width - 2 * gap, height: height - 2 * gap },
    },
    style: { fill: isRight ? 'var(--right)' : 'var(--wrong)', opacity },
  };
  if (fontSize === undefined) return rectangle;
  // Where white is read more easily than ink on the blue of the light page.
  const fill = isRight && opacity > 0.85 ? 'var(--on-right)' : 'var(--ink)';
  const font = { fontSize, fontFamily: 'inherit' };
  const style = { text: String(cell.count), x, y, fill, ...font, align: 'center' };
  return {
    type: 'group',
    children: [rectangle, { type: 'text', style: { ...style, verticalAlign: 'middle' } }],
  };
}

function cellsOf(matrix: ConfusionMatrix): Cell[] {
  return matrix.flatMap((counts, row) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts
      .map((count, column) => ({ row, column, count, share: count / total }))
      .filter(({ count }) => count > 0);
  });
}

/** The size at which the longest count fits its cell; none where it would not be readable. */
function countFontSize(cells: readonly Cell[], cellSize: number): number | undefined {
  const digits = String(Math.max(0, ...cells.map(({ count }) => count))).length;
  const size = Math.min(13, Math.floor(cellSize / (digits * 0.62 + 0.4)));
  return size >= 7 ? size : undefined;
}
