import { epochTicks, type Scale } from './scale.ts';

/** What a chart shows epoch by epoch. */
export type Metric = 'accuracy' | 'loss';

/** The horizontal axis of epochs, from the first to the last. */
export function epochAxis(epochs: number): object {
  const customValues = epochTicks(epochs);
  return {
    type: 'value',
    min: epochs === 1 ? 0.5 : 1,
    max: epochs === 1 ? 1.5 : epochs,
    name: 'epoch',
    nameLocation: 'middle',
    nameGap: 24,
    nameTextStyle: { color: 'var(--muted)', fontSize: 12 },
    axisLine: { lineStyle: { color: 'var(--axis)' } },
    axisTick: { customValues, lineStyle: { color: 'var(--axis)' } },
    axisLabel: { customValues, color: 'var(--muted)', fontSize: 12 },
    splitLine: { show: false },
  };
}

/** The vertical axis of a chart of accuracies or losses. */
export function valueAxis(scale: Scale, metric: Metric): object {
  const digits = Math.max(0, -Math.floor(Math.log10(scale.step * (metric === 'loss' ? 1 : 100))));
  return {
    type: 'value',
    min: scale.low,
    max: scale.high,
    interval: scale.step,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      color: 'var(--muted)',
      fontSize: 12,
      formatter: (value: number) =>
        metric === 'loss' ? value.toFixed(digits) : `${(value * 100).toFixed(digits)}%`,
    },
    splitLine: { lineStyle: { color: 'var(--grid)' } },
  };
}
