import { percent, percentRange } from '../format.ts';
import type { Report, ReportInterval } from '../report-schema.ts';
import { valueAxis } from './axes.ts';
import type { Drawing } from './painter.ts';
import { labelStride, shareScale } from './scale.ts';

const SIZE = { width: 460, height: 260 };
const MARGIN = { left: 54, right: 14, top: 12, bottom: 40 };

/** More dots than this lie on one another. */
export const MOST_DOTS = 500;

/**
 * The validation accuracy of each fold, or of {@link MOST_DOTS} evenly chosen ones and the selected
 * one, and the mean of all, with the test accuracy beside them.
 */
export function foldScores({ folds: all, summary, test }: Report): Drawing {
  const { meanValidationAccuracy: mean, interval, bestFold } = summary;
  const stride = Math.ceil(all.length / MOST_DOTS);
  const folds = all.filter(({ fold }, place) => place % stride === 0 || fold === bestFold);
  const scores = folds.map(({ validation }) => validation.accuracy);
  const scale = shareScale([...scores, test.accuracy, ...cut(interval), ...cut(test.interval)]);
  const bestAt = folds.findIndex(({ fold }) => fold === bestFold);
  const testAt = scores.length + 1;
  const labelled = labelStride(scores.length, SIZE.width - MARGIN.left - MARGIN.right, 28);
  return {
    ...SIZE,
    label:
      `Validation accuracy of ${all.length} folds, mean ${percent(mean)}, beside the test ` +
      `accuracy ${percent(test.accuracy)} (95% interval ${percentRange(test.interval)}).`,
    option: {
      grid: MARGIN,
      xAxis: foldAxis(
        [...folds.map(({ fold }) => String(fold)), '', 'test'],
        (index) => index === testAt || (index < scores.length && index % labelled === 0),
      ),
      yAxis: valueAxis(scale, 'accuracy'),
      series: [
        meanSeries(mean, cut(interval), scores.length),
        pointSeries(scores, bestAt),
        intervalSeries(test.interval, testAt),
        { ...dots(), data: [[testAt, test.accuracy]], symbol: 'diamond', symbolSize: 13 },
      ],
    },
  };
}

/** The mean as a line over the folds, its interval as a band behind them. */
function meanSeries(mean: number, [low, high]: readonly number[], folds: number): object {
  const [from, to] = [0, folds - 1];
  return {
    type: 'line',
    data: [],
    color: 'var(--validation)',
    silent: true,
    markArea: {
      silent: true,
      itemStyle: { color: 'var(--validation)', opacity: 0.12 },
      data: [[{ coord: [from, low] }, { coord: [to, high] }]],
    },
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: 'var(--validation)', width: 1.5, type: 'dashed' },
      data: [[{ coord: [from, mean] }, { coord: [to, mean] }]],
    },
  };
}

function pointSeries(scores: readonly number[], best: number): object {
  return {
    ...dots(),
    data: scores.map((score, at) => ({
      value: [at, score],
      symbolSize: (at === best ? 1.4 : 1) * (scores.length > 20 ? 6 : 9),
      itemStyle: {
        color: at === best ? 'var(--validation)' : 'var(--page)',
        ...{ borderColor: 'var(--validation)', borderWidth: 2 },
      },
    })),
  };
}

function intervalSeries({ low, high }: ReportInterval, at: number): object {
  return {
    type: 'line',
    silent: true,
    data: [
      [at, low],
      [at, high],
    ],
    ...{ symbol: 'rect', symbolSize: [14, 2] },
    ...{ color: 'var(--ink)', lineStyle: { color: 'var(--ink)', width: 2 } },
  };
}

const dots = () => ({ type: 'scatter', silent: true, itemStyle: { color: 'var(--ink)' } });

/** The bounds of an interval, cut to what a share can be. */
const cut = ({ low, high }: ReportInterval): number[] => [Math.max(0, low), Math.min(1, high)];

function foldAxis(names: string[], interval: (index: number) => boolean): object {
  return {
    ...{ type: 'category', data: names },
    ...{ name: 'fold', nameLocation: 'middle', nameGap: 24 },
    nameTextStyle: { color: 'var(--muted)', fontSize: 12 },
    axisLine: { lineStyle: { color: 'var(--axis)' } },
    axisTick: { show: false },
    axisLabel: { interval, color: 'var(--muted)', fontSize: 12 },
  };
}
