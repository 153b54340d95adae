import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EvaluationAssignment, FoldAssignment, PartInfo, WorkerId } from '../shared/domain.ts';
import { asError } from '../shared/errors.ts';
import type { CoordinatorClient } from '../shared/wire/contract.ts';
import { encodeDatasetRequest } from '../shared/wire/transfers.ts';
import type { DatasetPartName, FailureKind, Task } from '../shared/wire/enums.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { WorkerSaid } from '../shared/wire/session.ts';
import type { DatasetCache } from './cache.ts';
import { chunksFrom, fetchModel, uploadModel } from './models.ts';
import type { RunnerOptions, Trainer } from './runner.ts';
import type { ChildMessage } from './trainer/messages.ts';

export interface Workplace {
  readonly client: CoordinatorClient;
  readonly worker: WorkerId;
  readonly cache: DatasetCache;
  readonly trainer: Trainer;
  readonly localData?: string;
  readonly send: (said: WorkerSaid) => void;
  readonly onState: (line: string) => void;
  readonly onOutput: (line: string) => void;
}

export type Assignment =
  | { readonly kind: 'fold'; readonly assignment: FoldAssignment }
  | { readonly kind: 'evaluation'; readonly assignment: EvaluationAssignment };

type ChildFailure = Extract<ChildMessage, { type: 'failed' }>;

/** The training process reported that it failed, and how. */
class ReportedFailure extends Error {
  readonly kind: FailureKind;

  constructor({ kind, message }: ChildFailure) {
    super(message);
    // Wrong data or a diverging loss would be the same on any worker.
    this.kind = kind === 'training' || kind === 'data' ? 'training' : 'infrastructure';
  }
}

/**
 * Carries an assignment out and reports its result, or its failure, to the coordinator. Never
 * rejects; an aborted signal ends it without a report.
 */
export async function carryOut(
  place: Workplace,
  work: Assignment,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-attempt-'));
  try {
    if (work.kind === 'fold') await trainFold(place, work.assignment, folder, signal);
    else await evaluate(place, work.assignment, folder, signal);
  } catch (thrown) {
    if (signal.aborted) return;
    place.send(failureOf(work, asError(thrown)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function trainFold(
  place: Workplace,
  assignment: FoldAssignment,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { fold, attempt } = assignment;
  const trainFile = await obtainPart(place, assignment, 'train', assignment.dataset.train);
  place.onState(`training fold ${fold}, attempt ${attempt}`);
  const message = await finalMessage(
    { type: 'train', assignment, trainFile, outputDir: folder },
    { place, id: { task: 'fold', fold, attempt }, signal },
  );
  if (message.type !== 'trained') throw new Error(`expected a trained fold, got ${message.type}`);
  const { client, worker } = place;
  const { model } = message.result;
  await uploadModel({ client, worker, assignment, model, folder, signal });
  signal.throwIfAborted();
  place.send({ body: 'foldResult', result: message.result });
}

async function evaluate(
  place: Workplace,
  assignment: EvaluationAssignment,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { fold, attempt, part, images } = assignment;
  const imagesFile = await obtainPart(place, assignment, part, images);
  await fetchModel(place.client, assignment, folder);
  place.onState(`evaluating the model of fold ${fold} on the ${part} part`);
  const message = await finalMessage(
    { type: 'evaluate', assignment, imagesFile, modelDir: folder },
    { place, id: { task: part, fold, attempt }, signal },
  );
  if (message.type !== 'evaluated') throw new Error(`expected a score, got ${message.type}`);
  place.send({ body: 'evaluationResult', result: message.result });
}

async function obtainPart(
  { client, cache, localData, onState }: Workplace,
  { run, dataset }: FoldAssignment | EvaluationAssignment,
  part: DatasetPartName,
  images: PartInfo,
): Promise<string> {
  const { digest } = images;
  const request = encodeDatasetRequest({ run, part, digest, offset: 0 });
  return cache.obtain({
    part,
    images,
    dataset,
    ...(localData === undefined ? {} : { localData }),
    fetch: () => chunksFrom(client.fetchDataset(request)),
    onProgress: onState,
  });
}

type Ending = Exclude<ChildMessage, { type: 'started' | 'epoch' | 'warning' | 'failed' }>;

interface Attempt {
  readonly place: Workplace;
  readonly id: AttemptId;
  readonly signal: AbortSignal;
}

/**
 * Runs the child, passing on what it tells on its way, and returns what it ended with.
 * @throws ReportedFailure
 */
async function finalMessage(
  assignment: RunnerOptions['assignment'],
  { place, id, signal }: Attempt,
): Promise<Ending> {
  const endings: (Ending | ChildFailure)[] = [];
  const onMessage = (message: ChildMessage): void => {
    if (message.type === 'started') return;
    if (message.type === 'epoch') place.send({ body: 'epoch', id, report: message.report });
    else if (message.type === 'warning')
      place.send({ body: 'warning', id, message: message.message });
    else endings.push(message);
  };
  await place.trainer.run({ assignment, signal, onOutput: place.onOutput, onMessage });
  const [ending] = endings;
  if (ending === undefined) throw new Error('the training process ended without a result');
  if (ending.type === 'failed') throw new ReportedFailure(ending);
  return ending;
}

function failureOf({ assignment }: Assignment, error: Error): WorkerSaid {
  const { fold, attempt } = assignment;
  const task: Task = 'part' in assignment ? assignment.part : 'fold';
  const kind = error instanceof ReportedFailure ? error.kind : 'infrastructure';
  return { body: 'failed', id: { task, fold, attempt }, kind, message: error.message };
}
