import type { EChartsCoreOption } from 'echarts/core';
import { mean } from '../../../shared/statistics.ts';
import type { ReportFold } from '../report-schema.ts';
import { epochAxis, valueAxis, type Metric } from './axes.ts';
import type { Drawing } from './painter.ts';
import { lossScale, shareScale, type Scale } from './scale.ts';

type Part = 'training' | 'validation';
const PARTS = ['training', 'validation'] as const;

interface Line {
  readonly part: Part;
  /** One value an epoch, from epoch 1. */
  readonly values: readonly number[];
  readonly style: 'faint' | 'strong';
  /** Written at the end of the line. */
  readonly label?: string;
}

/** More lines than those of so many folds only blacken the paper. */
export const MOST_DRAWN = 100;

/**
 * Folds as faint lines, all or {@link MOST_DRAWN} evenly chosen ones, and the mean of all as a strong
 * one, written on directly.
 */
export function overviewCurves(folds: readonly ReportFold[], metric: Metric): Drawing {
  const stride = Math.ceil(folds.length / MOST_DRAWN);
  const drawn = folds.filter((_, place) => place % stride === 0);
  const faint = drawn.flatMap((fold) =>
    PARTS.map((part): Line => ({
      part,
      values: series(fold.epochs, part, metric),
      style: 'faint',
    })),
  );
  const means = meanEpochs(folds);
  const strong = PARTS.map((part): Line => {
    const values = series(means, part, metric);
    return { part, values, style: 'strong', label: part };
  });
  return {
    option: curveOption([...faint, ...strong], scaleOf(folds, metric), metric),
    ...{ width: 460, height: 280 },
    label: `${titled(metric)} by epoch, mean of ${folds.length} folds: ${strong.map(span(metric)).join('; ')}.`,
  };
}

/** One fold, on the same scale as all the others. */
export function foldCurves(
  fold: ReportFold,
  folds: readonly ReportFold[],
  metric: Metric,
): Drawing {
  const lines = PARTS.map((part): Line => {
    return { part, values: series(fold.epochs, part, metric), style: 'strong' };
  });
  return {
    option: curveOption(lines, scaleOf(folds, metric), metric),
    ...{ width: 360, height: 220 },
    label: `${titled(metric)} of fold ${fold.fold} by epoch: ${lines.map(span(metric)).join('; ')}.`,
  };
}

type Epoch = ReportFold['epochs'][number];

/** Means over the folds, epoch by epoch. Folds of one run have equally many epochs. */
export function meanEpochs(folds: readonly ReportFold[]): Epoch[] {
  const length = Math.min(...folds.map(({ epochs }) => epochs.length));
  return Array.from({ length }, (_, index) => {
    const rows = folds.flatMap(({ epochs }) => epochs[index] ?? []);
    return {
      epoch: index + 1,
      trainLoss: mean(rows.map(({ trainLoss }) => trainLoss)),
      trainAccuracy: mean(rows.map(({ trainAccuracy }) => trainAccuracy)),
      validationLoss: mean(rows.map(({ validationLoss }) => validationLoss)),
      validationAccuracy: mean(rows.map(({ validationAccuracy }) => validationAccuracy)),
      seconds: mean(rows.map(({ seconds }) => seconds)),
    };
  });
}

function series(epochs: readonly Epoch[], part: Part, metric: Metric): number[] {
  return epochs.map((epoch) => {
    if (part === 'training') return metric === 'loss' ? epoch.trainLoss : epoch.trainAccuracy;
    return metric === 'loss' ? epoch.validationLoss : epoch.validationAccuracy;
  });
}

function scaleOf(folds: readonly ReportFold[], metric: Metric): Scale {
  const values = folds.flatMap((fold) =>
    PARTS.flatMap((part) => series(fold.epochs, part, metric)),
  );
  return metric === 'loss' ? lossScale(values) : shareScale(values);
}

function curveOption(lines: readonly Line[], scale: Scale, metric: Metric): EChartsCoreOption {
  const epochs = Math.max(...lines.map((line) => line.values.length));
  const isLabelled = lines.some((line) => line.label !== undefined);
  return {
    grid: { left: 46, right: isLabelled ? 78 : 14, top: 12, bottom: 40 },
    xAxis: epochAxis(epochs),
    yAxis: valueAxis(scale, metric),
    series: lines.map((line) => lineSeries(line, lines.length)),
  };
}

function lineSeries(line: Line, lineCount: number): object {
  const colour = `var(--${line.part})`;
  const isStrong = line.style === 'strong';
  const opacity = isStrong ? 1 : Math.max(0.12, Math.min(0.45, 4 / lineCount));
  return {
    type: 'line',
    data: line.values.map((value, index) => [index + 1, value]),
    color: colour,
    silent: true,
    // A single epoch is a point, not a line.
    showSymbol: line.values.length === 1,
    symbol: 'circle',
    symbolSize: isStrong ? 8 : 5,
    itemStyle: dotStyle(line, opacity),
    lineStyle: {
      color: colour,
      width: isStrong ? 2 : 1,
      type: line.part === 'training' ? [6, 4] : 'solid',
      opacity,
    },
    endLabel: {
      show: line.label !== undefined,
      formatter: () => line.label ?? '',
      color: `var(--${line.part}-ink)`,
      fontSize: 12,
      fontWeight: 600,
    },
    labelLayout: { moveOverlap: 'shiftY' },
  };
}

/** Dots of training are hollow, as its lines are dashed. */
function dotStyle({ part, style }: Line, opacity: number): object {
  if (part === 'validation') return { opacity };
  return {
    opacity,
    color: 'none',
    borderColor: 'var(--training)',
    borderWidth: style === 'strong' ? 2 : 1,
  };
}

/** "validation from 80.0% to 91.5%", of a single epoch "validation 80.0%", for those who cannot see the lines. */
function span(metric: Metric): (line: Line) => string {
  const written = (value = 0): string =>
    metric === 'loss' ? value.toFixed(3) : `${(value * 100).toFixed(1)}%`;
  return ({ part, values }) => {
    const last = written(values.at(-1));
    return values.length === 1
      ? `${part} ${last}`
      : `${part} from ${written(values[0])} to ${last}`;
  };
}

const titled = (metric: Metric): string => (metric === 'loss' ? 'Loss' : 'Accuracy');
