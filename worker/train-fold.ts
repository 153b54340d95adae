import path from 'node:path';
import { status } from '@grpc/grpc-js';
import type { FoldAssignment } from '../shared/domain.ts';
import { asError, ProtocolError } from '../shared/errors.ts';
import { CheckpointUploads } from './checkpoint-uploads.ts';
import { UnusableCheckpoint } from './failure.ts';
import { fetchCheckpoint } from './models.ts';
import { obtainPart } from './obtain-part.ts';
import { detailsOf, persistently, statusOf } from './persist.ts';
import { runChild } from './run-child.ts';
import { uploadCheckpoint, uploadModel } from './uploads.ts';
import { persistence, type AttemptEnding, type Control, type Workplace } from './workplace.ts';

type FoldControl = Control & { readonly folder: string };

/** Trains a fold, from its checkpoint on where it has one, and delivers model and result. */
export async function trainFold(
  place: Workplace,
  assignment: FoldAssignment,
  control: FoldControl,
): Promise<AttemptEnding> {
  const { folder, signal, drain } = control;
  const { fold, attempt } = assignment;
  const start = await prepare(place, assignment, control);
  if (start === null) return 'drained';
  const { checkpoint } = assignment;
  const from = checkpoint ? `, from the checkpoint of epoch ${checkpoint.epoch}` : '';
  place.onState(`training fold ${fold}, attempt ${attempt}${from}`);
  const trained = new AbortController();
  const wanted = AbortSignal.any([signal, trained.signal]);
  const uploads = checkpointUploads(place, assignment, { ...control, signal: wanted });
  const message = await runChild({
    assignment: { type: 'train', assignment, ...start, outputDir: folder },
    ...{ place, id: { task: 'fold', fold, attempt }, signal, drain },
    onState: (state, settled) => uploads.offer(state, settled),
    onEpoch: (epoch) => (control.progress.epoch = epoch),
  });
  if (message.type === 'drained') {
    await uploads.settled();
    return 'drained';
  }
  if (message.type !== 'trained') throw new Error(`expected a trained fold, got ${message.type}`);
  // The result counts from here on, and nothing shall hold it up.
  trained.abort(new Error('the fold is trained'));
  const { result } = message;
  const { worker } = place;
  await persistently(
    `the upload of the model of fold ${fold}`,
    (client) => uploadModel({ client, worker, assignment, model: result.model, folder, signal }),
    persistence(place, signal),
  );
  signal.throwIfAborted();
  place.say({ body: 'foldResult', result });
  return 'told';
}

interface Start {
  readonly trainFile: string;
  readonly resumeFile?: string;
}

/** Brings what the training needs to this machine. @returns null where the worker has to leave */
async function prepare(
  place: Workplace,
  assignment: FoldAssignment,
  { folder, signal, drain }: FoldControl,
): Promise<Start | null> {
  const until = AbortSignal.any([signal, drain]);
  try {
    const { train } = assignment.dataset;
    const trainFile = await obtainPart(place, assignment, {
      part: 'train',
      images: train,
      signal: until,
    });
    if (assignment.checkpoint === undefined) return { trainFile };
    const resumeFile = path.join(folder, 'resume.state');
    await obtainCheckpoint(place, assignment, { file: resumeFile, signal: until });
    return { trainFile, resumeFile };
  } catch (error) {
    if (drain.aborted && !signal.aborted) return null;
    throw error;
  }
}

/** @throws UnusableCheckpoint where the coordinator has not, or no longer, what it named */
async function obtainCheckpoint(
  place: Workplace,
  { run, fold, checkpoint }: FoldAssignment,
  { file, signal }: { readonly file: string; readonly signal: AbortSignal },
): Promise<void> {
  if (checkpoint === undefined) return;
  const what = `the checkpoint of fold ${fold}, epoch ${checkpoint.epoch}`;
  try {
    await persistently(
      `the download of ${what}`,
      (client) => fetchCheckpoint(client, { run, fold, checkpoint }, file, signal),
      persistence(place, signal),
    );
  } catch (thrown) {
    signal.throwIfAborted();
    const error = asError(thrown);
    if (!(error instanceof ProtocolError) && !LOST.includes(statusOf(error))) throw error;
    throw new UnusableCheckpoint(`${what} cannot be had: ${detailsOf(error)}`, { cause: error });
  }
}

/** The coordinator has no such bytes. */
const LOST: readonly unknown[] = [status.NOT_FOUND, status.DATA_LOSS, status.OUT_OF_RANGE];

function checkpointUploads(
  place: Workplace,
  assignment: FoldAssignment,
  { signal, progress }: Control,
): CheckpointUploads {
  const { worker, onState } = place;
  let isTold = false;
  const uploads = new CheckpointUploads({
    signal,
    upload: ({ info: checkpoint, file }, until) =>
      persistently(
        `the upload of the checkpoint of epoch ${checkpoint.epoch}`,
        (client) =>
          uploadCheckpoint({ client, worker, assignment, checkpoint, file, signal: until }),
        {
          ...persistence(place, until),
          onInterruption: (line) => {
            // Once, until one is stored: each that waits would say the same.
            if (!isTold) onState(line);
            isTold = true;
            uploads.noteInterruption();
          },
        },
      ),
    onStored: ({ epoch }) => {
      progress.checkpointEpoch = epoch;
      isTold = false;
    },
    onProblem: onState,
  });
  return uploads;
}
