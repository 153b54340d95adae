/**
 * Trains in a process of its own, as told by the JSON given as argument, and tells on stdout what
 * memory it held from time to time. Wants `node --expose-gc`.
 */
import { loadTensorFlow } from '../../../worker/engine/load.ts';
import { trainFold } from '../../../worker/trainer/train.ts';
import { datasetFor, type MemoryRequest, type MemorySample } from '../train-apart.ts';

const { assignments, outputDir, sampledEpochs } = JSON.parse(
  process.argv[2] ?? '',
) as MemoryRequest;
const collectGarbage = (globalThis as unknown as { readonly gc: () => void }).gc;
const tf = loadTensorFlow();

function sample(): MemorySample {
  collectGarbage();
  return { tensors: tf.memory().numTensors, residentBytes: process.memoryUsage.rss() };
}

const inEpochs: MemorySample[] = [];
const afterFolds: MemorySample[] = [];
for (const assignment of assignments) {
  await trainFold(tf, {
    assignment,
    part: datasetFor(assignment).train,
    outputDir,
    onEpoch: ({ epoch }) =>
      Promise.resolve(void (sampledEpochs.includes(epoch) && inEpochs.push(sample()))),
    // States are taken, because that is how folds are trained.
    onState: () => Promise.resolve(),
    pause: () => Promise.resolve(),
  });
  afterFolds.push(sample());
}
process.stdout.write(JSON.stringify({ inEpochs, afterFolds }));
