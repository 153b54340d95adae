import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createPlan, type PlanRequest, type PreparedPlan } from '../coordinator/scheduler/plan.ts';
import { plain } from '../coordinator/report/format.ts';
import type { NetworkFile } from '../coordinator/report/run-results.ts';
import type { LoadedDataset } from '../shared/data/load.ts';
import { transferInfo } from '../shared/data/transfer.ts';
import {
  asRunId,
  type Dataset,
  type DatasetInfo,
  type Plan,
  type TrainingSettings,
} from '../shared/domain.ts';
import { asError, UsageError } from '../shared/errors.ts';
import { FoldMapError } from '../shared/fold-map.ts';
import { readTextFile } from '../shared/text-file.ts';
import type { Coverage, TransferSet } from '../shared/transfer.ts';
import type { ArchitectureFacts } from '../worker/trainer/architecture/describe-architecture.ts';
import { checkBatch, inspectFor, readArchitectureFile } from './architecture.ts';
import { effectiveDataSettings, loadRunData } from './data/run-data.ts';
import { loadRunTransfer, type Loading } from './data/run-transfer.ts';
import { engineVariant, findGpus } from './devices.ts';
import { type MachineShares, shareMachine } from './machine-shares.ts';
import { checkOutDir, createOutDir } from './out-dir.ts';
import { checkSamePlan } from './resume.ts';
import { createRunId } from './run-id.ts';
import type { RunSettings, SettingName, Settings } from './settings.ts';

/** All that is known before the first worker is called. */
export interface PreparedRun extends PreparedPlan {
  readonly dataset: Dataset;
  /** The pictures of the transfer evaluation, where there is one. */
  readonly transfer?: TransferSet;
  /** What became of the rows of `styles.csv`, where the dataset is a folder of images. */
  readonly coverage?: Coverage;
  readonly outDir: string;
  readonly workers: number;
  /** GPUs for local workers, as CUDA_VISIBLE_DEVICES names them. */
  readonly gpus: readonly string[];
  /** What is trained, where that is not the network of the paper. */
  readonly network?: NetworkFile & ArchitectureFacts;
  /** The settings that decide the result, as they would stand in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Of 30 million images, more than a run can hold. */
const LARGEST_FOLD_MAP_BYTES = 2 ** 28;

interface Surroundings extends Loading {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The plan of the run that goes on, whose folder is there; absent where a new one begins. */
  readonly resumed?: Plan | undefined;
}

interface RunRequest {
  readonly values: RunSettings & Partial<Settings<'workers' | 'folds-per-gpu'>>;
  readonly given: ReadonlySet<SettingName>;
}

/**
 * Checks what the user asked for against the machine and the data, cheap checks first, and makes
 * the plan of the run. Creates nothing but, at the end, the folder for results.
 *
 * @throws UsageError
 */
export async function prepareRun(
  { values, given }: RunRequest,
  surroundings: Surroundings,
): Promise<PreparedRun> {
  const run = values.run === undefined ? createRunId(new Date()) : asRunId(values.run);
  const out = values.out ?? path.join('runs', run);
  const { resumed } = surroundings;
  if (!resumed) await checkOutDir(out);
  const xla = xlaOf(values);
  const split = await splitOf(values, given);
  const file = await readArchitectureFile(values, given);
  const loaded = await loadRunData({ values, given }, surroundings);
  const { dataset, info, coverage } = loaded;
  const facts = file && (await inspectFor(file, dataset, surroundings.signal));
  const gpus = engineVariant() === 'cpu' ? [] : await findGpus(surroundings.env);
  const shareFor = sharesOf(values, { gpus: gpus.length, dataset: info });
  const threadsFor = (k: number): number => shareFor(k).threads;
  const { seed, step } = values;
  const asked = { run, seed, split, training: trainingOf(values), threadsFor, step, xla };
  const request: PlanRequest = { ...asked, architecture: file?.text };
  const prepared = planOf(request, dataset, info);
  if (file && facts) checkBatch(file, facts, prepared.plan);
  const { workers } = shareFor(prepared.plan.k);
  const transfer = await loadRunTransfer(values, dataset, surroundings);
  const plan = transfer ? withTransfer(prepared.plan, transfer) : prepared.plan;
  if (resumed) checkSamePlan(plan, resumed, out);
  else await createOutDir(out);
  return {
    ...prepared,
    plan,
    ...(transfer && { transfer }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(file && facts && { network: { name: file.name, digest: file.digest, ...facts } }),
    dataset,
    outDir: path.resolve(out),
    gpus,
    workers,
    config: effective(values, prepared.plan, loaded),
  };
}

/** What each of so many folds gets of this machine. */
const sharesOf =
  (
    values: RunRequest['values'],
    { gpus, dataset }: { readonly gpus: number; readonly dataset: DatasetInfo },
  ) =>
  (folds: number): MachineShares => {
    const { height, width, channels } = dataset.image;
    const trainSize = (dataset.train.count * (folds - 1)) / folds;
    return shareMachine({
      ...{ cores: availableParallelism(), gpus, folds },
      foldPixels: values.epochs * trainSize * height * width * channels,
      foldsPerGpu: values['folds-per-gpu'],
      workers: values.workers,
      threads: values.threads,
    });
  };

function xlaOf({ xla, step }: RunSettings): boolean {
  if (!xla || step === 'compiled') return xla;
  throw new UsageError('--xla: expected the compiled step, got --step eager: nothing to compile');
}

const withTransfer = (plan: Plan, set: TransferSet): Plan => ({
  ...plan,
  transfer: transferInfo(set),
});

async function splitOf(
  values: RunSettings,
  given: ReadonlySet<SettingName>,
): Promise<PlanRequest['split']> {
  const { folds, stratify } = values;
  const file = values['fold-map'];
  if (file === undefined) return { k: folds, stratified: stratify };
  return { json: await readJson(file), file, k: given.has('folds') ? folds : undefined };
}

async function readJson(file: string): Promise<unknown> {
  const shownAs = `--fold-map ${file}`;
  const text = await readTextFile(file, { shownAs, mostBytes: LARGEST_FOLD_MAP_BYTES });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`${shownAs} is no JSON: ${plain(asError(error).message)}`);
  }
}

function planOf(...asked: Parameters<typeof createPlan>): PreparedPlan {
  try {
    return createPlan(...asked);
  } catch (error) {
    throw error instanceof FoldMapError ? new UsageError(`--fold-map ${error.message}`) : error;
  }
}

function trainingOf(values: RunSettings): TrainingSettings {
  return {
    epochs: values.epochs,
    batchSize: values['batch-size'],
    learningRate: values.lr,
    learningRateSchedule: values['lr-schedule'],
    weightDecay: values['weight-decay'],
    dropout: values.dropout,
  };
}

/** The settings that decide the result, as they would stand in a configuration file. */
function effective(
  values: RunSettings,
  { k, stratified, threads }: Plan,
  loaded: LoadedDataset,
): PreparedRun['config'] {
  const deciding: Partial<Record<SettingName, unknown>> = {
    ...effectiveDataSettings(values, loaded),
    folds: k,
    stratify: stratified,
    'fold-map': values['fold-map'],
    seed: values.seed,
    epochs: values.epochs,
    'batch-size': values['batch-size'],
    lr: values.lr,
    'lr-schedule': values['lr-schedule'],
    'weight-decay': values['weight-decay'],
    dropout: values.architecture === undefined ? values.dropout : undefined,
    architecture: values.architecture,
    threads,
    step: values.step,
    xla: values.xla || undefined,
  };
  return Object.fromEntries(Object.entries(deciding).filter(([, value]) => value !== undefined));
}
