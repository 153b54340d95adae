/**
 * Trains a fold in a process of its own, as told by the JSON on stdin, and tells on stdout
 * what came of it. States are written and read as files.
 */
import { readFileSync } from 'node:fs';
import type { EpochReport } from '../../../shared/domain.ts';
import { loadTensorFlow } from '../../../worker/engine/load.ts';
import { trainFold } from '../../../worker/trainer/train.ts';
import {
  readTrainingState,
  writeTrainingState,
} from '../../../worker/trainer/training-state-file.ts';
import { positionOf } from '../../../worker/trainer/training-state.ts';
import { datasetFor, type TrainRequest, type TrainReply } from '../train-apart.ts';

const request = JSON.parse(readFileSync(0, 'utf8')) as TrainRequest;
const { assignment, outputDir, resumeFile, states = [] } = request;
const fileAt = ({ epochs, steps }: { epochs: number; steps: number }) =>
  states.find((wanted) => wanted.epochs === epochs && wanted.steps === steps)?.file;

const reports: EpochReport[] = [];
const { epochs, validation, model } = await trainFold(loadTensorFlow(), {
  assignment,
  part: datasetFor(assignment).train,
  outputDir,
  onEpoch: (report) => Promise.resolve(void reports.push(report)),
  onWarning: (message) => {
    throw new Error(`not trained as asked for: ${message}`);
  },
  pause: () => Promise.resolve(),
  ...(resumeFile === undefined ? {} : { resume: await readTrainingState(resumeFile) }),
  isStateDue: (position) => fileAt(position) !== undefined,
  onState: async (state) => {
    await writeTrainingState(fileAt(positionOf(state.progress)) ?? '', state);
  },
});
const reply: TrainReply = { epochs, reported: reports.length, validation, model };
process.stdout.write(JSON.stringify(reply));
