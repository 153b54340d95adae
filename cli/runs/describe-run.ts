import type { Plan } from '../../shared/domain.ts';
import { isEnding } from '../../shared/events.ts';
import { foldHistories, type FoldHistory } from './fold-history.ts';
import type { ReadRun } from './read-run.ts';
import { type RunSummary, summariseRun } from './summarise-run.ts';
import { quotedPath } from '../shown-path.ts';

/** All that is said of one run; as JSON, documented in docs/runs.md. */
export interface RunDescription extends Omit<RunSummary, 'folds'> {
  readonly schema: 1;
  /** Version of the program that began it. */
  readonly foldwise: string | null;
  /** What decides its result, without the indices of the folds. */
  readonly plan: Omit<Plan, 'validation' | 'architecture'> | null;
  /** The file of the network; null for the paper's, or where that is not known. */
  readonly network: string | null;
  /** The settings it was begun with. */
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly foldsDone: number | null;
  readonly folds: readonly FoldHistory[];
  readonly warnings: readonly string[];
  /** How it ended, where that was not well and it could say so. */
  readonly reason: string | null;
  /** What to type to go on with it; empty where that cannot be. */
  readonly resume: readonly string[];
}

/** Describes a run from what its folder says. */
export function describeRun(run: ReadRun): RunDescription {
  const { header, report, events } = run;
  const { folds, ...summary } = summariseRun(run);
  return {
    schema: 1,
    ...summary,
    foldwise: header?.foldwise ?? report?.run.versions.foldwise ?? null,
    plan: header ? shortPlan(header.plan) : null,
    network: networkOf(run),
    config: configOf(run),
    foldsDone: folds?.done ?? null,
    folds: historiesOf(run),
    warnings: events.flatMap((event) => (event.type === 'run.warning' ? [event.message] : [])),
    reason: reasonOf(run),
    resume: resumeOf(run),
  };
}

function configOf({ header, report }: ReadRun): RunDescription['config'] {
  const config = header?.settings['config'];
  if (typeof config === 'object' && config !== null) return { ...config };
  return report?.run.config ?? null;
}

function networkOf(run: ReadRun): string | null {
  const file = configOf(run)?.['architecture'];
  return typeof file === 'string' ? file : null;
}

function shortPlan({ transfer, xla, ...plan }: Plan): RunDescription['plan'] {
  const { run, seed, k, stratified, dataset, training, threads, step } = plan;
  const optional = { ...(transfer && { transfer }), ...(xla !== undefined && { xla }) };
  return { run, seed, k, stratified, dataset, ...optional, training, threads, step };
}

/** An old run may have left nothing but its report. */
function historiesOf({ events, report }: ReadRun): readonly FoldHistory[] {
  const histories = foldHistories(events);
  if (histories.length > 0 || !report) return histories;
  return report.folds.map(({ fold, attempt, worker, epochs, validation }) => ({
    fold,
    state: 'done',
    attempts: [{ attempt, worker, state: 'done', epoch: epochs.length }],
    validationAccuracy: validation.accuracy,
  }));
}

function reasonOf({ state, events }: ReadRun): string | null {
  if (state !== 'stopped' && state !== 'failed') return null;
  const last = events.findLast((event) => isEnding(event) || event.type === 'run.resumed');
  return last && 'reason' in last ? last.reason : null;
}

function resumeOf({ state, header, report, folder }: ReadRun): string[] {
  const lacksReport = state === 'finished' && report === undefined;
  if (header === undefined || !(state === 'stopped' || lacksReport)) return [];
  const quoted = quotedPath(folder);
  return [
    `npx foldwise train --resume ${quoted}`,
    `npx foldwise coordinator --out ${quoted} --resume`,
  ];
}
