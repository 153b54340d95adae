import { counted, grouped, plain, shortened } from '../coordinator/report/format.ts';
import type { TransferInfo } from '../shared/domain.ts';
import type { PreparedRun } from './prepare-run.ts';

interface Lines extends Pick<PreparedRun, 'plan' | 'outDir' | 'network'> {
  /** Those that its own workers may use. */
  readonly gpus?: readonly string[];
  /** Those that this program starts; absent where others start them. */
  readonly workers?: number;
}

/** What a run is going to do, in a few lines that fit a terminal of 80 columns. */
export function settingsLines({ plan, workers, outDir, network, gpus = [] }: Lines): string[] {
  const { dataset, transfer, training, k, seed, stratified, threads, run } = plan;
  const { epochs, batchSize } = training;
  const dropout = network === undefined ? `, dropout ${training.dropout}` : '';
  const images = `${grouped(dataset.train.count)} training, ${grouped(dataset.test.count)} test images`;
  return [
    `Run ${run}`,
    `  data      ${plain(dataset.name)}${dataset.synthetic ? ', drawn by a program' : ''}: ${images}`,
    ...(transfer === undefined ? [] : [transferLine(transfer)]),
    `  folds     ${k}, ${stratified ? 'stratified' : 'not stratified'}, seed ${seed}`,
    ...(network === undefined ? [] : [networkLine(network)]),
    `  training  ${counted(epochs, 'epoch')}, batches of ${grouped(batchSize)}${stepsNote(plan)}${dropout}`,
    `  Adam      ${adamInWords(training)}`,
    `  workers   ${workers ?? 'any number'}, ${counted(threads, 'thread')} each${onGpus(gpus, workers)}`,
    `  results   ${plain(outDir)}`,
  ];
}

/** "lr 0.001 cosine, weight decay 1e-5" */
export function adamInWords(training: PreparedRun['plan']['training']): string {
  const { learningRate, learningRateSchedule, weightDecay } = training;
  return `lr ${short(learningRate)} ${learningRateSchedule}, weight decay ${short(weightDecay)}`;
}

function networkLine({ name, layers, parameters }: NonNullable<PreparedRun['network']>): string {
  const size = `${counted(layers, 'layer')}, ${counted(parameters, 'parameter')}`;
  return `  network   ${shortened(plain(name), 30)}: ${size}`;
}

function onGpus(gpus: readonly string[], workers = 0): string {
  const used = Math.min(gpus.length, workers);
  return used > 0 ? `, on ${counted(used, 'GPU')}` : '';
}

function transferLine({ name, synthetic, fit }: TransferInfo): string {
  const drawn = synthetic ? ', drawn by a program' : '';
  return `  transfer  ${plain(name)}${drawn}: ${counted(fit.count, 'picture')}, made two ways`;
}

/** 0.00001 → "1e-5", 0.001 → "0.001". */
function short(value: number): string {
  return value > 0 && value < 0.001 ? value.toExponential() : String(value);
}

/** Who takes few images and leaves the batch as it is wonders why nothing is learnt. */
function stepsNote({ dataset, k, training }: PreparedRun['plan']): string {
  const trained = dataset.train.count - Math.ceil(dataset.train.count / k);
  return trained <= training.batchSize ? ' (one step an epoch)' : '';
}
