import { access } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Digest, Plan } from '../shared/domain.ts';
import { makeFolder } from '../shared/durable-files.ts';
import { FoldwiseError } from '../shared/errors.ts';
import type { ProgressEvent } from '../shared/events.ts';
import { renderFoldsFile } from '../shared/fold-map.ts';
import { CheckpointStore } from './artifacts/checkpoints.ts';
import { ModelStore } from './artifacts/models.ts';
import { removeUnfinished } from './artifacts/unfinished.ts';
import { type EventLog, openEventLog } from './event-log.ts';
import { type FullDisk, tellOfFullDisk } from './scheduler/full-disk.ts';
import { planViolations } from './scheduler/invariants.ts';
import { finishedOutcome } from './scheduler/outcome.ts';
import { outputProblem } from './output-problem.ts';
import { evaluationParts } from './scheduler/parts.ts';
import type { RunRecord } from './record/record.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { Report } from './report/report-schema.ts';
import { restoreState } from './scheduler/restore.ts';
import { plainLine } from '../shared/plain.ts';
import { finishReport, writeIncomplete } from './finish-report.ts';
import { serveRun } from './serve-run.ts';
import { type CoordinatorOptions, DEFAULT_LIMITS } from './options.ts';
import type { Limits, Outcome, RunState } from './scheduler/state.ts';
import { withSpace } from './with-space.ts';

/**
 * Runs the coordinator to the written report: from the first worker, or from where the record ends.
 * @returns the report, once all of it is on the disk.
 * @throws FoldwiseError where the run fails; the signal's reason where it is aborted.
 */
export async function runCoordinator(options: CoordinatorOptions): Promise<Report> {
  const broken = planViolations(options.plan);
  if ((options.plan.transfer === undefined) !== (options.transfer === undefined)) {
    broken.push('the pictures of the transfer evaluation are not those of the plan');
  }
  if (broken.length > 0) throw new FoldwiseError(`the plan is wrong: ${broken.join('; ')}`);
  try {
    await makeFolder(options.outDir);
    return await runRecorded(options);
  } catch (thrown) {
    throw outputProblem(thrown, options.outDir);
  }
}

async function runRecorded(options: CoordinatorOptions): Promise<Report> {
  const { plan, outDir, record, signal } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const state = initialStateOf(plan, limits, record);
  const models = new ModelStore(outDir);
  const checkpoints = new CheckpointStore(outDir);
  const outcomeBefore = finishedOutcome(state);
  await models.prepare();
  await removeUnfinished(outDir);
  await checkModels(models, state);
  await checkpoints.sweep(keptCheckpoints(state));
  const fullDisk = tellOfFullDisk(outDir, options.onAlert);
  const events = openEventLog(outDir, record, options.onAlert);
  try {
    const folds = path.join(outDir, 'folds.json');
    await withSpace(() => writeFileAtomic(folds, foldsFile(plan)), { fullDisk, signal });
    const recorder = openRecorder(options, events, fullDisk);
    const stores = { models, checkpoints, recorder, fullDisk, initial: state };
    const startedAt = startedAtOf(record);
    if (outcomeBefore === null) await begin(options, recorder);
    const outcome: Outcome = outcomeBefore ?? (await serveRun({ ...options, ...stores, limits }));
    if (outcome.status === 'cancelled') throw cancellation(signal, outcome.reason);
    if (outcome.status === 'failed') {
      throw new FoldwiseError(
        await writeIncomplete(options, { ...outcome, reason: plainLine(outcome.reason) }),
      );
    }
    // Whoever removed the folder of a running run gets no half of its results.
    await access(folds);
    const finish = async (): Promise<Report> => {
      await models.deliver(outcome.best);
      return finishReport({ ...options, startedAt }, outcome);
    };
    const report = await withSpace(finish, { fullDisk, signal });
    await models.sweep();
    await checkpoints.clear();
    return report;
  } finally {
    events.close();
  }
}

function initialStateOf(plan: Plan, limits: Limits, record: RunRecord): RunState {
  const { k, dataset } = plan;
  const size = { k, parts: evaluationParts(plan), synthetic: dataset.synthetic, limits };
  // The clock of leases begins at 0.
  return restoreState(size, record.facts, 0);
}

/** What was accepted has to be there, as it was accepted: nothing is guessed at. */
async function checkModels(models: ModelStore, { folds }: RunState): Promise<void> {
  for (const work of folds) {
    if (work.status !== 'done') continue;
    const problem = await models.verify(work.result);
    if (problem === undefined) continue;
    throw new FoldwiseError(
      `the run cannot be resumed: ${problem}. Restore the file from a copy, or begin a new run`,
    );
  }
}

/** Those that attempts may yet go on from. */
function keptCheckpoints({ folds }: RunState): ReadonlyMap<number, readonly Digest[]> {
  const kept = [...folds].flatMap((work, fold): [number, Digest[]][] =>
    'checkpoints' in work ? [[fold, work.checkpoints.map(({ digest }) => digest)]] : [],
  );
  return new Map(kept);
}

function openRecorder(
  { record, signal, onEvent }: CoordinatorOptions,
  events: EventLog,
  fullDisk: FullDisk,
): Recorder {
  return createRecorder({
    record,
    signal,
    now: () => new Date(),
    fullDisk,
    onRecorded: (event) => {
      events.write(event);
      onEvent(event);
    },
  });
}

/** Setting up, such as the first installation of the engine, is no part of the time of a run. */
function startedAtOf({ facts }: CoordinatorOptions['record']): string {
  const started = facts.find(({ event }) => event.type === 'run.started');
  return started?.event.time ?? new Date().toISOString();
}

/** Says that the run begins, or goes on. */
async function begin({ plan, record, warnings }: CoordinatorOptions, recorder: Recorder) {
  const last = record.facts.at(-1)?.event;
  // It has ended, and would end so again.
  if (last?.type === 'run.failed') throw new FoldwiseError(last.reason);
  if (last !== undefined) return recorder.record([{ event: { type: 'run.resumed' } }]);
  const warned = warnings.map((message): ProgressEvent => ({ type: 'run.warning', message }));
  return recorder.record([startOf(plan), ...warned].map((event) => ({ event })));
}

function foldsFile({ dataset, k, seed, stratified, validation }: Plan): string {
  return renderFoldsFile({ dataset: dataset.digest, k, seed, stratified, validation });
}

function startOf({ k, seed, training, dataset, transfer }: Plan): ProgressEvent {
  return {
    type: 'run.started',
    k,
    seed,
    epochs: training.epochs,
    dataset: dataset.name,
    datasetDigest: dataset.digest,
    synthetic: dataset.synthetic,
    ...(transfer === undefined ? {} : { transfer: transfer.name }),
  };
}

const cancellation = (signal: AbortSignal, reason: string): Error =>
  signal.reason instanceof Error ? signal.reason : new FoldwiseError(reason);
