/** Stands in for the training process: does what the seed of its assignment says. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../../shared/data/digest.ts';
import { decodePart } from '../../../shared/data/part-file.ts';
import type { EpochReport, FoldAssignment, Score } from '../../../shared/domain.ts';
import type { ChildMessage, ParentMessage } from '../../../worker/trainer/messages.ts';
import { environment } from '../results.ts';
import { TRAINER_SCRIPTS } from '../trainer-scripts.ts';

type TrainMessage = Extract<ParentMessage, { type: 'train' }>;

/** A training state: JSON, where a real one is not. */
interface Saved {
  readonly epochs: readonly EpochReport[];
  /** Follows from seed, fold and epochs alone, as trained weights do. */
  readonly value: string;
}

const say = (message: ChildMessage): Promise<void> =>
  new Promise((resolve) => process.send?.(message, () => resolve()));

let onDrain: () => void = () => undefined;
// As the real one: signals to the whole group are the parent's.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
  process.on(signal, () => undefined);
}
process.on('disconnect', () => process.exit(0));
process.on('message', (work: ParentMessage) => {
  if (work.type === 'stop') process.exit(0);
  if (work.type === 'drain') onDrain();
  if (work.type === 'train') void act(work);
});

async function act(work: TrainMessage): Promise<void> {
  const script = TRAINER_SCRIPTS[work.assignment.seed];
  switch (script) {
    case 'succeed':
      return say({ type: 'predicted', classCount: process.pid });
    case 'hang':
      await say({ type: 'failed', kind: 'internal', message: `pid ${process.pid}` });
      setInterval(() => undefined, 1000);
      return;
    case 'train':
    case 'wait':
    case 'deaf':
      return train(work, script);
    case 'diverge':
      await say({ type: 'failed', kind: 'training', message: 'the loss is NaN' });
      return process.exit(0);
    case 'die':
      return void process.kill(process.pid, 'SIGKILL');
    case undefined:
    case 'crash':
    case 'complete':
    case 'leave':
      process.stderr.write('last words\n');
      if (script === 'crash') process.kill(process.pid, 'SIGSEGV');
      if (script === 'complete') {
        const threads = process.env['OMP_NUM_THREADS'] ?? '';
        await say({ type: 'failed', kind: 'training', message: `threads ${threads}` });
      }
      return process.exit(0);
  }
}

/** Trains all epochs; `wait` and `deaf` stop after the first that they do, for a drain or for good. */
async function train(work: TrainMessage, script: 'train' | 'wait' | 'deaf'): Promise<void> {
  const { assignment, outputDir, resumeFile } = work;
  const { epochs: total } = assignment.training;
  await say({ type: 'started', environment });
  let state: Saved;
  try {
    state = resumeFile === undefined ? beginning(assignment) : restored(resumeFile);
  } catch {
    await say({ type: 'failed', kind: 'checkpoint', message: 'this is no training state' });
    return process.exit(0);
  }
  const drained = new Promise<void>((resolve) => (onDrain = resolve));
  const from = state.epochs.length;
  const score = scoreOf(work);
  while (state.epochs.length < total) {
    state = next(state, score);
    const { length } = state.epochs;
    await say({ type: 'epoch', report: state.epochs[length - 1]! });
    const { checkpointEpochs: interval } = assignment;
    if (interval > 0 && length % interval === 0 && length < total) await handOver(state, outputDir);
    if (script === 'train' || from > 0 || length > from + 1) continue;
    await (script === 'deaf' ? new Promise(() => setInterval(() => undefined, 1000)) : drained);
    await handOver(state, outputDir);
    return say({ type: 'drained' });
  }
  await say(trained(work, state, score));
}

const beginning = ({ seed, fold }: FoldAssignment): Saved => ({
  epochs: [],
  value: sha256(`${seed} ${fold}`),
});

function restored(file: string): Saved {
  return JSON.parse(readFileSync(file, 'utf8')) as Saved;
}

function next({ epochs, value }: Saved, { loss, accuracy }: Score): Saved {
  const epoch = epochs.length + 1;
  const of = { trainLoss: loss, trainAccuracy: accuracy, validationLoss: loss };
  const report = { epoch, ...of, validationAccuracy: accuracy, seconds: 1 };
  return { epochs: [...epochs, report], value: sha256(`${value} ${epoch}`) };
}

async function handOver(state: Saved, folder: string): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(state));
  const epoch = state.epochs.length;
  const file = path.join(folder, `epoch-${epoch}.state`);
  writeFileSync(file, bytes);
  const info = { epoch, sizeBytes: bytes.length, digest: sha256(bytes) };
  await say({ type: 'state', info, file });
}

function trained(
  { assignment, outputDir }: TrainMessage,
  state: Saved,
  score: Score,
): ChildMessage {
  const { fold, attempt, validation, dataset } = assignment;
  const topology = Buffer.from(JSON.stringify({ fold }));
  const weights = Buffer.from(state.value);
  writeFileSync(path.join(outputDir, 'model.json'), topology);
  writeFileSync(path.join(outputDir, 'weights.bin'), weights);
  const model = {
    ...{ topologyBytes: topology.length, topologyDigest: sha256(topology) },
    ...{ weightsBytes: weights.length, weightsDigest: sha256(weights) },
  };
  const trainSize = dataset.train.count - validation.length;
  const sizes = { trainSize, validationSize: validation.length, fitSeconds: 1, scoreSeconds: 1 };
  const result = { fold, attempt, ...sizes, epochs: state.epochs, validation: score, model };
  return { type: 'trained', result: { ...result, environment } };
}

/** The score of a model that calls everything class 0. */
function scoreOf({ assignment, trainFile }: TrainMessage): Score {
  const { dataset, validation } = assignment;
  const { labels } = decodePart(readFileSync(trainFile), {
    image: dataset.image,
    ...dataset.train,
  });
  const counts = dataset.classes.map(() => 0);
  for (const index of validation) counts[labels[index]!]! += 1;
  const confusion = counts.map((count) => counts.map((_, column) => (column === 0 ? count : 0)));
  return { loss: 1, accuracy: (counts[0] ?? 0) / validation.length, confusion };
}
