/**
 * Stands in for the training process in tests of faults: the same messages and files, deterministic,
 * without TensorFlow. Its "weights" are a chain of digests over the epochs, so that whoever goes on
 * from the wrong place, or from another fold's checkpoint, ends with other weights.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decodePart } from '../../../shared/data/part-file.ts';
import { sha256 } from '../../../shared/data/digest.ts';
import type { EpochReport, EvaluationAssignment, FoldAssignment } from '../../../shared/domain.ts';
import { accuracyOf, confusionMatrix } from '../../../shared/metrics.ts';
import { AwaitedState } from '../../../worker/trainer/awaited-state.ts';
import type { Assigned, ChildMessage, ParentMessage } from '../../../worker/trainer/messages.ts';
import { environment } from '../../helpers/results.ts';

const EPOCH_MS = Number(process.env['FAULTS_EPOCH_MS'] ?? 30);
const WEIGHTS_BYTES = 400_000;
let isDraining = false;
let awaited = new AwaitedState();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
  process.on(signal, () => undefined);
}
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ParentMessage) => {
  if (message.type === 'stop') process.exit(0);
  if (message.type === 'drain') {
    isDraining = true;
    return awaited.settle();
  }
  if (message.type === 'settled') return awaited.settle(message.epoch);
  void work(message).then(say, async (error: unknown) => {
    await say({ type: 'failed', kind: 'internal', message: String(error) });
    process.exit(1);
  });
});

const say = (message: ChildMessage): Promise<void> =>
  new Promise((resolve) => process.send?.(message, () => resolve()));

async function work(message: Assigned): Promise<ChildMessage> {
  if (message.type === 'train') return train(message);
  if (message.type === 'evaluate') return evaluate(message.assignment, message);
  throw new Error(`${message.type} is not played`);
}

/** A page of bytes that follow from a digest. */
function expand(seed: Buffer, sizeBytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < sizeBytes; at += 32) {
    pieces.push(createHash('sha256').update(seed).update(String(at)).digest());
  }
  return Buffer.concat(pieces).subarray(0, sizeBytes);
}

const next = (state: Buffer, epoch: number): Buffer =>
  createHash('sha256').update(state).update(`epoch ${epoch}`).digest();

const reportOf = (fold: number, epoch: number): EpochReport => ({
  epoch,
  trainLoss: 1 / (epoch + fold + 1),
  trainAccuracy: 0.5,
  validationLoss: 1 / (epoch + fold + 2),
  validationAccuracy: 0.5,
  seconds: 1,
});

/** What the stand-in takes an image for: mostly right, each fold in its own way. */
const guess = (label: number, index: number, fold: number, classes: number): number =>
  (index * 7 + fold) % 5 === 0 ? (label + 1) % classes : label;

function scoreOf(labels: Uint8Array, fold: number, classes: number) {
  const predicted = labels.map((label, index) => guess(label, index, fold, classes));
  const confusion = confusionMatrix(labels, predicted, classes);
  return { score: { loss: 0.5, accuracy: accuracyOf(confusion), confusion }, predicted };
}

/** True once, of all who are told of the same file: the disk then gets other bytes than were made. */
async function isToSpoil(): Promise<boolean> {
  const mark = process.env['FAULTS_SPOIL_ONCE'];
  if (!mark) return false;
  return writeFile(mark, '', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
}

type Training = Extract<Assigned, { type: 'train' }>;

async function train({ assignment, trainFile, outputDir, resumeFile }: Training) {
  const { fold, attempt, seed, dataset, training, validation } = assignment;
  isDraining = false;
  awaited = new AwaitedState();
  await say({ type: 'started', environment });
  const part = decodePart(await readFile(trainFile), { image: dataset.image, ...dataset.train });
  const start = await beginning(assignment, resumeFile);
  let { epoch } = start;
  let state: Buffer = start.state;
  while (epoch < training.epochs) {
    await setTimeout(EPOCH_MS);
    epoch += 1;
    state = next(state, epoch);
    await awaited.untilSettled();
    await say({ type: 'epoch', report: reportOf(fold, epoch) });
    const every = assignment.checkpointEpochs;
    const isDue = every > 0 && epoch % every === 0 && epoch < training.epochs;
    if (isDue || isDraining) await handOver({ seed, fold, epoch, state }, outputDir);
    if (isDraining) return { type: 'drained' } as const;
  }
  const topology = Buffer.from(JSON.stringify({ stands: 'for a model', fold }));
  const weights = expand(state, WEIGHTS_BYTES);
  await writeFile(path.join(outputDir, 'model.json'), topology);
  const written = (await isToSpoil()) ? Buffer.alloc(weights.length) : weights;
  await writeFile(path.join(outputDir, 'weights.bin'), written);
  const labels = Uint8Array.from(validation, (index) => part.labels[index] ?? 0);
  const model = {
    topologyBytes: topology.length,
    topologyDigest: sha256(topology),
    weightsBytes: weights.length,
    weightsDigest: sha256(weights),
  };
  const result = {
    ...{ fold, attempt, model, environment, fitSeconds: 1, scoreSeconds: 1 },
    trainSize: dataset.train.count - validation.length,
    validationSize: validation.length,
    epochs: Array.from({ length: training.epochs }, (_, index) => reportOf(fold, index + 1)),
    validation: scoreOf(labels, fold, dataset.classes.length).score,
  };
  return { type: 'trained', result } as const;
}

interface Kept {
  readonly seed: number;
  readonly fold: number;
  readonly epoch: number;
  readonly state: Buffer;
}

async function beginning(
  { seed, fold }: FoldAssignment,
  file: string | undefined,
): Promise<{ readonly state: Buffer; readonly epoch: number }> {
  const first = createHash('sha256').update(`${seed} ${fold}`).digest();
  if (file === undefined) return { state: first, epoch: 0 };
  const bytes = await readFile(file);
  const end = bytes.indexOf(10);
  const kept = JSON.parse(bytes.subarray(0, end).toString()) as Record<string, unknown>;
  const state = Buffer.from(String(kept['state']), 'hex');
  const isOurs = kept['seed'] === seed && kept['fold'] === fold;
  if (!isOurs || !bytes.subarray(end + 1).equals(expand(state, WEIGHTS_BYTES))) {
    await say({
      type: 'failed',
      kind: 'checkpoint',
      message: 'the checkpoint is not of this fold',
    });
    process.exit(0);
  }
  return { state, epoch: Number(kept['epoch']) };
}

async function handOver({ state, ...rest }: Kept, folder: string): Promise<void> {
  const head = Buffer.from(`${JSON.stringify({ ...rest, state: state.toString('hex') })}\n`);
  const bytes = Buffer.concat([head, expand(state, WEIGHTS_BYTES)]);
  const file = path.join(folder, `epoch-${rest.epoch}.state`);
  await writeFile(file, bytes);
  const info = { epoch: rest.epoch, sizeBytes: bytes.length, digest: sha256(bytes) };
  awaited.handedOver(rest.epoch);
  await say({ type: 'state', info, file });
}

async function evaluate(
  { fold, attempt, part, images, dataset, model }: EvaluationAssignment,
  { imagesFile, modelDir }: { readonly imagesFile: string; readonly modelDir: string },
): Promise<ChildMessage> {
  await say({ type: 'started', environment });
  const { labels } = decodePart(await readFile(imagesFile), { image: dataset.image, ...images });
  const weights = await readFile(path.join(modelDir, 'weights.bin'));
  if (sha256(weights) !== model.weightsDigest) throw new Error('these are other weights');
  const scored = scoreOf(labels, fold, dataset.classes.length);
  const result = { fold, attempt, part, seconds: 1, ...scored, environment };
  return { type: 'evaluated', result };
}
