import { readFile } from 'node:fs/promises';
import { decodePart } from '../../shared/data/part-file.ts';
import type { DatasetPart, ImageShape, PartInfo } from '../../shared/domain.ts';
import { asError, DataError } from '../../shared/errors.ts';
import type { TensorFlow } from '../engine/load.ts';
import { describeEnvironment } from './environment.ts';
import { evaluateSaved } from './evaluate-saved.ts';
import { describeFailure } from './failure.ts';
import { Drained, handOverStates } from './hand-over-states.ts';
import type { Assigned, ChildMessage } from './messages.ts';
import type { Pause } from './pause.ts';
import { predictSaved } from './predict.ts';
import { trainFold, type TrainOptions } from './train.ts';
import { readTrainingState } from './training-state-file.ts';
import type { TrainingState } from './training-state.ts';

export interface ServeOptions {
  readonly loadTensorFlow: () => TensorFlow;
  /** Resolves when the parent has been handed the message. */
  readonly send: (message: ChildMessage) => Promise<void>;
  readonly pause: Pause;
  /** Asked to hand over a state of the training and to end it there. */
  readonly isDraining: () => boolean;
  /** Resolves once the state that was handed over last need not be waited for. */
  readonly untilStateSettled: () => Promise<void>;
  /** For those who run the program, not for the parent. */
  readonly logError: (text: string) => void;
}

type TrainMessage = Extract<Assigned, { type: 'train' }>;
type EvaluateMessage = Extract<Assigned, { type: 'evaluate' }>;
type PredictMessage = Extract<Assigned, { type: 'predict' }>;

/** How an assignment ended; `broken` where the reason may lie in this program. */
export type Ending = 'done' | 'failed' | 'broken';

/** Does the work of one assignment and tells the parent of it. */
export async function serve(work: Assigned, options: ServeOptions): Promise<Ending> {
  try {
    await options.send(await perform(work, options));
    return 'done';
  } catch (error) {
    if (error instanceof Drained) {
      await options.send({ type: 'drained' });
      return 'done';
    }
    const failure = describeFailure(error);
    if (failure.kind === 'internal') options.logError(asError(error).stack ?? failure.message);
    await options.send(failure);
    return failure.kind === 'internal' ? 'broken' : 'failed';
  }
}

async function perform(work: Assigned, options: ServeOptions): Promise<ChildMessage> {
  switch (work.type) {
    case 'train':
      return train(work, options);
    case 'evaluate':
      return evaluate(work, options);
    case 'predict':
      return predict(work, options);
  }
}

async function train(
  { assignment, trainFile, outputDir, resumeFile }: TrainMessage,
  { loadTensorFlow, send, pause, isDraining, untilStateSettled }: ServeOptions,
): Promise<ChildMessage> {
  const tf = loadTensorFlow();
  const environment = describeEnvironment(tf, assignment);
  await send({ type: 'started', environment });
  const { image, train: info } = assignment.dataset;
  const part = await readPart(trainFile, image, info);
  const onEpoch: TrainOptions['onEpoch'] = async (report) => {
    await untilStateSettled();
    await send({ type: 'epoch', report });
  };
  const onWarning = warnBy(send);
  const states = handOverStates({ assignment, folder: outputDir, isDraining, send });
  const resume = resumeFile === undefined ? {} : { resume: await readState(resumeFile) };
  const io = { outputDir, onEpoch, onWarning, pause };
  const trained = await trainFold(tf, { assignment, part, ...io, ...states, ...resume });
  const { fold, attempt } = assignment;
  return { type: 'trained', result: { fold, attempt, ...trained, environment } };
}

/** @throws {UnusableState} for anything but a whole training state */
const readState = (file: string): Promise<TrainingState> =>
  readTrainingState(file, 'The checkpoint');

/** Whoever cannot be told of a warning cannot be told of the result either, which is noticed. */
const warnBy =
  (send: ServeOptions['send']) =>
  (message: string): void =>
    void send({ type: 'warning', message }).catch(() => undefined);

async function evaluate(
  { assignment, imagesFile, modelDir }: EvaluateMessage,
  { loadTensorFlow, send, pause }: ServeOptions,
): Promise<ChildMessage> {
  const tf = loadTensorFlow();
  const { fold, attempt, part, dataset, images } = assignment;
  const environment = describeEnvironment(tf, assignment);
  await send({ type: 'started', environment });
  const pictures = await readPart(imagesFile, dataset.image, images);
  const start = performance.now();
  const evaluation = await evaluateSaved(tf, { assignment, part: pictures, modelDir, pause });
  const seconds = (performance.now() - start) / 1000;
  const result = { fold, attempt, part, seconds, ...evaluation, environment };
  return { type: 'evaluated', result };
}

async function predict(
  work: PredictMessage,
  { loadTensorFlow, send, pause }: ServeOptions,
): Promise<ChildMessage> {
  const tf = loadTensorFlow();
  await send({ type: 'started', environment: describeEnvironment(tf, work.assignment) });
  return { type: 'predicted', classCount: await predictSaved(tf, { ...work, pause }) };
}

/** @throws {DataError} for a file that is missing or not the part the assignment means */
async function readPart(file: string, image: ImageShape, info: PartInfo): Promise<DatasetPart> {
  return decodePart(await readBytes(file), { image, ...info });
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new DataError(`Cannot read the images: ${asError(error).message}`, { cause: error });
  }
}
