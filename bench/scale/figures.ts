import type { Figure } from '../figures.ts';
import { median } from '../median.ts';
import type { Results } from '../results.ts';
import { type Row, rowOf } from '../rows.ts';
import { percentile } from './percentile.ts';
import type { Samples } from './samples.ts';

/** From what the workers measured to rows of the table. Pure. */

/** What a run of simulated workers came to. */
export interface ScaleMeasured {
  readonly samples: Samples;
  readonly workers: number;
  readonly folds: number;
  /** Of the coordinator, over its whole life. */
  readonly peakBytes: number;
  /** Of the coordinator, until the last worker has ended. */
  readonly processorSeconds: number;
  /** From the end of the last worker to that of the coordinator: the report is written. */
  readonly reportSeconds: number;
}

/** What the targets are for. */
export const FULL_SCALE = { workers: 500, folds: 10_000 } as const;

const ALONE = { comparison: 'alone' } as const;
const ASSIGNMENT = { ...ALONE, unit: 'ms', must: 100, aim: 50 } as const;
const FIGURES = {
  sinceSent: {
    ...ASSIGNMENT,
    title: 'assignment, from a greeting or a result sent, 99th percentile',
  },
  sinceAcknowledged: {
    ...ASSIGNMENT,
    title: "assignment, from the last result's acknowledgement, 99th percentile",
  },
  heartbeats: {
    ...{ ...ALONE, unit: 'ms', must: 1000, aim: 100 },
    title: 'answer to a heartbeat, 99th percentile',
  },
  unanswered: { ...ALONE, unit: 'of all', must: 0, aim: 0, title: 'heartbeats without an answer' },
  memory: { ...ALONE, unit: 'MB', must: 500, aim: 350, title: 'peak memory of the coordinator' },
} as const satisfies Record<string, Figure>;

/** The rows; without targets where the run was smaller than what they are for. */
export function scaleRows({ samples, workers, folds, peakBytes }: ScaleMeasured): Row[] {
  const hasTargets = workers >= FULL_SCALE.workers && folds >= FULL_SCALE.folds;
  const row = (figure: Figure, value: number): Row => rowOf(figure, { ours: [value] }, hasTargets);
  return [
    row(FIGURES.sinceSent, percentile(samples.sinceSent, 0.99)),
    row(FIGURES.sinceAcknowledged, percentile(samples.sinceAcknowledged, 0.99)),
    row(FIGURES.heartbeats, percentile(samples.heartbeats, 0.99)),
    row(FIGURES.unanswered, samples.heartbeatsSent - samples.heartbeats.length),
    row(FIGURES.memory, peakBytes / 1e6),
  ];
}

/** What stands beside the rows. */
export function scaleExtras(measured: ScaleMeasured): Results['extras'] {
  const { samples, reportSeconds, folds, processorSeconds } = measured;
  const { sinceSent, sinceAcknowledged, acknowledgements, heartbeats, seconds } = samples;
  const ms = (what: string, value: number) => ({ what, value, unit: 'ms' });
  const busy = (what: string, cpuSeconds: number) => {
    return {
      what: `processors that ${what} kept busy`,
      value: cpuSeconds / seconds,
      unit: 'on average',
    };
  };
  return [
    { what: 'assignments', value: sinceSent.length, unit: 'of folds' },
    { what: 'folds finished', value: folds / seconds, unit: 'a second' },
    ms('assignment, from a greeting or a result sent: median', median(sinceSent)),
    ms('assignment, from a greeting or a result sent: longest', percentile(sinceSent, 1)),
    ms(
      'assignment, from a greeting or a result sent: 99th percentile of the last tenth',
      percentile(sinceSent.slice(-Math.ceil(sinceSent.length / 10)), 0.99),
    ),
    ms("assignment, from the last result's acknowledgement: median", median(sinceAcknowledged)),
    ms('acknowledgement of a result: median', median(acknowledgements)),
    ms('acknowledgement of a result: 99th percentile', percentile(acknowledgements, 0.99)),
    { what: 'heartbeats', value: heartbeats.length, unit: 'answered' },
    ms('answer to a heartbeat: median', median(heartbeats)),
    ms('answer to a heartbeat: longest', percentile(heartbeats, 1)),
    { what: 'connections that broke', value: samples.sessionsLost, unit: 'of all' },
    { what: 'uploads that were interrupted', value: samples.uploadsInterrupted, unit: 'of all' },
    { what: 'attempts taken back', value: samples.cancelled, unit: 'of all' },
    busy('the coordinator', processorSeconds),
    busy("the workers' own process", samples.processorSeconds),
    ms("how late the workers' own process was: 99th percentile", samples.ownDelayMs),
    { what: 'from the first greeting to the last result', value: seconds, unit: 's' },
    { what: 'writing the report', value: reportSeconds, unit: 's' },
  ];
}
