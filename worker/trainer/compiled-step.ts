import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { CompiledFunction, type Program } from '../engine/compile/index.ts';
import { adamCoefficients } from './optimizer.ts';
import { READ_EVERY, type StepDefinition, type StepInputs, type TrainingStep } from './step.ts';
import { trainableGraph } from './untrainable.ts';

/** Taken by every step. */
const INPUTS = {
  indices: { shape: [null], dtype: 'int32' },
  seed: { shape: [2], dtype: 'int32' },
  rate: { shape: [], dtype: 'float32' },
  epsilon: { shape: [], dtype: 'float32' },
  /** Where the outcome goes, among those that wait. */
  place: { shape: [], dtype: 'int32' },
} as const;

type Inputs = { readonly [Name in keyof typeof INPUTS]: Tensor };

/**
 * Runs the definition as one graph. Weights, moments, statistics, images and outcomes stay on the
 * device: a step takes the indices of its batch, a seed and a rate, and gives nothing back.
 *
 * @param batchSize - of the batches to be ready for; others are compiled when they come
 * @throws {UntraceableError} for a definition that cannot be compiled
 */
export async function createCompiledStep(
  program: Program,
  definition: StepDefinition,
  { dropoutSeed, batchSize }: { readonly dropoutSeed: number; readonly batchSize: number },
): Promise<TrainingStep> {
  const record = createRecord(program);
  const compiled = new CompiledFunction(
    program,
    (inputs: Inputs) => {
      record.note(definition.compute(inputs as unknown as StepInputs), inputs.place);
      return {};
    },
    // The definition is a pure function of its inputs and its state.
    { inputs: INPUTS, isRechecked: false },
  );
  await compiled.compile({ ...INPUTS, indices: { ...INPUTS.indices, shape: [batchSize] } });
  return {
    run: async ({ indices, learningRate, step }) => {
      const { rate, epsilon } = adamCoefficients(learningRate, step);
      const seed = Int32Array.of(dropoutSeed, step);
      const inputs = { indices, seed, rate, epsilon, place: record.next() };
      await trainableGraph(async () => compiled.run(inputs));
      if (record.isFull()) await record.read();
    },
    take: record.take,
    store: async () => program.store(definition.state.filter(isVariable)),
    dispose: async () => {
      record.dispose();
      return Promise.resolve();
    },
  };
}

const isVariable = (tensor: Tensor): tensor is Variable => 'assign' in tensor;

/** The outcomes of the latest steps, one place for each, on the device. */
function createRecord(program: Program) {
  const { tf } = program;
  const losses = tf.tidy(() => tf.variable(tf.zeros([READ_EVERY]), false));
  const corrects = tf.tidy(() => tf.variable(tf.zeros([READ_EVERY], 'int32'), false));
  const taken = { losses: [] as number[], corrects: [] as number[] };
  let waiting = 0;
  const readLosses = new CompiledFunction(program, () => ({ losses, corrects }), { inputs: {} });
  const read = async (): Promise<void> => {
    if (waiting === 0) return;
    const device = await readLosses.run({});
    taken.losses.push(...device.losses.values.subarray(0, waiting));
    taken.corrects.push(...device.corrects.values.subarray(0, waiting));
    waiting = 0;
  };
  return {
    next: () => waiting++,
    isFull: () => waiting === READ_EVERY,
    read,
    note: ({ loss, correct }: { loss: Tensor; correct: Tensor }, place: Tensor) => {
      const isHere = tf.equal(tf.range(0, READ_EVERY, 1, 'int32'), place);
      losses.assign(tf.where(isHere, loss, losses));
      corrects.assign(tf.where(isHere, correct, corrects));
    },
    take: async () => {
      await read();
      return { losses: taken.losses.splice(0), corrects: taken.corrects.splice(0) };
    },
    dispose: () => tf.dispose([losses, corrects]),
  };
}
