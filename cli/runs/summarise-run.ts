import path from 'node:path';
import type { ReadRun, RunState } from './read-run.ts';

/** What is said of each run in a list; null where its folder does not tell. */
export interface RunSummary {
  readonly id: string;
  readonly folder: string;
  readonly state: RunState;
  /** Why the record cannot be read. */
  readonly problem: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string | null;
  readonly folds: { readonly done: number; readonly k: number } | null;
  readonly dataset: { readonly name: string; readonly synthetic: boolean } | null;
  /** Of the selected model, where the run is finished. */
  readonly testAccuracy: number | null;
}

/** What a list says of a run. */
export function summariseRun(run: ReadRun): RunSummary {
  const { folder, state, problem = null, header, events, report } = run;
  const started = events.find((event) => event.type === 'run.started');
  const finished = events.findLast((event) => event.type === 'run.finished');
  return {
    id: header?.plan.run ?? report?.run.id ?? started?.run ?? path.basename(path.resolve(folder)),
    ...{ folder, state, problem },
    createdAt: header?.createdAt ?? started?.time ?? report?.run.startedAt ?? null,
    folds: foldsOf(run),
    dataset: datasetOf(run),
    testAccuracy: finished?.testAccuracy ?? report?.test.accuracy ?? null,
  };
}

function foldsOf({ header, events, report }: ReadRun): RunSummary['folds'] {
  const started = events.find((event) => event.type === 'run.started');
  const k = header?.plan.k ?? started?.k ?? report?.folds.length;
  if (k === undefined) return null;
  const done = new Set(
    events.flatMap((event) => (event.type === 'fold.completed' ? [event.fold] : [])),
  );
  return { done: Math.max(done.size, report?.folds.length ?? 0), k };
}

function datasetOf({ header, events, report }: ReadRun): RunSummary['dataset'] {
  const started = events.find((event) => event.type === 'run.started');
  const { name, synthetic } = header?.plan.dataset ?? report?.data ?? {};
  if (name !== undefined && synthetic !== undefined) return { name, synthetic };
  return started ? { name: started.dataset, synthetic: started.synthetic } : null;
}
