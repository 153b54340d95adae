import { access } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';
import type { Dataset, Plan } from '../shared/domain.ts';
import type { DuplicateReport } from '../shared/duplicates.ts';
import { makeFolder } from '../shared/durable-files.ts';
import { FoldwiseError } from '../shared/errors.ts';
import type { ProgressEvent, RecordedEvent } from '../shared/events.ts';
import { renderFoldsFile } from '../shared/fold-map.ts';
import type { Coverage, TransferSet } from '../shared/transfer.ts';
import { PROTOCOL_VERSION } from '../shared/wire/session.ts';
import type { DatasetPartName } from '../shared/wire/enums.ts';
import { foldwiseVersion } from '../shared/version.ts';
import { ModelStore } from './artifacts.ts';
import { createDispatcher } from './dispatcher.ts';
import { openEventLog } from './event-log.ts';
import { planViolations } from './invariants.ts';
import { isOpen } from './leasing.ts';
import { outputProblem } from './output-problem.ts';
import type { Report } from './report/report-schema.ts';
import type { NetworkFile, RunResults } from './report/run-results.ts';
import { writeReport } from './report/write-report.ts';
import { listen, type Address } from './server.ts';
import type { Finished, Limits, Outcome } from './state.ts';
import { createTransfers } from './transfers.ts';

export interface CoordinatorOptions {
  readonly plan: Plan;
  readonly dataset: Dataset;
  /** The pictures of the transfer evaluation, where the plan has one. */
  readonly transfer?: TransferSet;
  /** What became of the rows of `styles.csv`, where the dataset is a folder of images. */
  readonly coverage?: Coverage;
  /** The file of the plan's architecture, where it has one. */
  readonly network?: NetworkFile;
  /** The effective settings, as they would stand in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly duplicates: DuplicateReport;
  readonly warnings: readonly string[];
  /** An empty or absent folder. */
  readonly outDir: string;
  /** Port 0 takes any free port. */
  readonly listen: Address;
  readonly limits?: Limits;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly onEvent: (event: RecordedEvent) => void;
  readonly onListening: (address: Address) => void;
}

export const DEFAULT_LIMITS: Limits = { leaseMs: 15_000, maxFailures: 5 };
const TICK_MS = 1_000;
const SHUTDOWN_GRACE_MS = 1_000;

/**
 * Runs the coordinator from the first worker to the written report.
 * @returns the report, once all of it is on the disk.
 * @throws FoldwiseError where the run fails; the signal's reason where it is aborted.
 */
export async function runCoordinator(options: CoordinatorOptions): Promise<Report> {
  const broken = planViolations(options.plan);
  if ((options.plan.transfer === undefined) !== (options.transfer === undefined)) {
    broken.push('the pictures of the transfer evaluation are not those of the plan');
  }
  if (broken.length > 0) throw new FoldwiseError(`the plan is wrong: ${broken.join('; ')}`);
  const models = new ModelStore(options.outDir);
  try {
    await makeFolder(options.outDir);
    return await runWithStore(options, models);
  } catch (thrown) {
    throw outputProblem(thrown, options.outDir);
  } finally {
    await models.sweep();
  }
}

async function runWithStore(options: CoordinatorOptions, models: ModelStore): Promise<Report> {
  const { plan, outDir, signal } = options;
  const startedAt = new Date();
  await writeFileAtomic(path.join(outDir, 'folds.json'), foldsFile(plan));
  const events = openEventLog(path.join(outDir, 'events.ndjson'), plan.run, () => new Date());
  const publish = (event: ProgressEvent): void => options.onEvent(events.record(event));
  try {
    publish(startOf(plan));
    for (const message of options.warnings) publish({ type: 'run.warning', message });
    const outcome = await serveRun(options, models, publish);
    if (outcome.status === 'cancelled') throw cancellation(signal, outcome.reason);
    if (outcome.status === 'failed') throw new FoldwiseError(outcome.reason);
    // Whoever removed the folder of a running run gets no half of its results.
    await access(path.join(outDir, 'folds.json'));
    await models.deliver(outcome.best);
    return await writeReport(outDir, {
      ...resultsOf(options, outcome),
      versions: { foldwise: foldwiseVersion(), node: process.version, protocol: PROTOCOL_VERSION },
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
    });
  } finally {
    events.close();
  }
}

/** Listens, and lets workers and scheduler work until the run ends. */
async function serveRun(
  options: CoordinatorOptions,
  models: ModelStore,
  publish: (event: ProgressEvent) => void,
): Promise<Outcome> {
  const { plan, dataset, transfer, log, signal, limits = DEFAULT_LIMITS } = options;
  const nowMs = (): number => performance.now();
  const parts = { plan, dataset, transfer, models };
  const { sessions, loop } = createDispatcher({ ...parts, limits, publish, log, nowMs });
  const { isLive, fail: onStorageFailure } = loop;
  const mayLeave = (part: DatasetPartName): boolean => isOpen(loop.state(), part);
  const transfers = createTransfers({ ...parts, isLive, isOpen: mayLeave, onStorageFailure });
  const listener = await listen(options.listen, { Session: sessions.handle, ...transfers });
  const ticking = setInterval(() => loop.dispatch({ type: 'tick', nowMs: nowMs() }), TICK_MS);
  const cancel = (): void => loop.dispatch({ type: 'cancelRequested', reason: reasonOf(signal) });
  signal.addEventListener('abort', cancel, { once: true });
  let ending = { succeeded: false, reason: 'the coordinator failed' };
  try {
    options.onListening(listener.address);
    if (signal.aborted) cancel();
    const outcome = await loop.outcome;
    if (outcome.status === 'finished') ending = { succeeded: true, reason: '' };
    else ending = { succeeded: false, reason: outcome.reason };
    return outcome;
  } finally {
    sessions.endAll(ending.succeeded, ending.reason);
    signal.removeEventListener('abort', cancel);
    clearInterval(ticking);
    await listener.close(SHUTDOWN_GRACE_MS);
  }
}

/** What a finished run leaves behind, but for its times. */
function resultsOf(
  { plan, network, config, duplicates, warnings, transfer: set, coverage }: CoordinatorOptions,
  { folds, best, evaluation, transfer, warnings: lacking }: Finished,
): Omit<RunResults, 'versions' | 'startedAt' | 'finishedAt'> {
  return {
    ...{ plan, config, duplicates, folds, best, evaluation },
    warnings: [...warnings, ...lacking],
    ...(set === undefined || transfer === undefined ? {} : { transfer: { set, ...transfer } }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(network === undefined ? {} : { network }),
  };
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

const reasonOf = (signal: AbortSignal): string =>
  signal.reason instanceof Error ? signal.reason.message : String(signal.reason);

const cancellation = (signal: AbortSignal, reason: string): Error =>
  signal.reason instanceof Error ? signal.reason : new FoldwiseError(reason);
