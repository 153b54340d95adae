/**
 * Trains in a process of its own, as told by the JSON on stdin, and tells on stdout what
 * memory it held from time to time. Wants `node --expose-gc`.
 */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { loadTensorFlow } from '../../../worker/engine/load.ts';
import { trainFold } from '../../../worker/trainer/train.ts';
import { datasetFor, type MemoryRequest, type MemorySample } from '../train-apart.ts';

const { assignments, outputDir, sampledEpochs } = JSON.parse(
  readFileSync(0, 'utf8'),
) as MemoryRequest;
const collectGarbage = (globalThis as unknown as { readonly gc: () => void }).gc;
const tf = loadTensorFlow();

async function sample(): Promise<MemorySample> {
  // What native code lent to JavaScript is given back in a turn of its own.
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage();
    await setImmediate();
  }
  return { tensors: tf.memory().numTensors, residentBytes: residentBytes() };
}

/** Without files, such as libraries, whose pages come and go as the system sees fit. */
function residentBytes(): number {
  const kilobytes = /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('the system does not tell of RssAnon');
  return Number(kilobytes) * 1024;
}

const inEpochs: MemorySample[] = [];
const afterFolds: MemorySample[] = [];
for (const assignment of assignments) {
  await trainFold(tf, {
    assignment,
    part: datasetFor(assignment).train,
    outputDir,
    onEpoch: async ({ epoch }) => {
      if (sampledEpochs.includes(epoch)) inEpochs.push(await sample());
    },
    // States are taken, because that is how folds are trained.
    onState: () => Promise.resolve(),
    onWarning: (message) => {
      throw new Error(`not trained as asked for: ${message}`);
    },
    pause: () => Promise.resolve(),
  });
  afterFolds.push(await sample());
}
process.stdout.write(JSON.stringify({ inEpochs, afterFolds }));
