import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import {
  compile,
  CompiledFunction,
  createProgram,
} from '../../../../worker/engine/compile/index.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import { heldByTfjs, numbersOf, ROW, row, withCompiled, withVariable } from './steps.ts';

const CLOSED = { name: 'FoldwiseError', message: 'The compiled step has been closed already' };

/** Depends on the order of its calls. */
const INPUTS = { digit: { shape: [null], dtype: 'float32' } } as const;

test.serial('calls made at once are carried out one after the other, in their order', async (t) => {
  await withVariable([0], async (number) => {
    const step = ({ digit }: { digit: Tensor }) => {
      number.assign(number.mul(10).add(digit.sum()));
      return { number: number.clone() };
    };
    await withCompiled(step, { inputs: INPUTS }, async ({ run, store, load }) => {
      // Of two shapes, so that some wait for a graph and others have theirs.
      const digits = [[1], [2], [1, 2], [4], [2, 3], [6]];
      const runs = digits.map((digit) => run({ digit: Float32Array.from(digit) }));
      const stored = store().then(() => number.dataSync()[0]);
      const outputs = await Promise.all(runs);
      t.deepEqual(
        outputs.map((output) => numbersOf(output.number)[0]),
        [1, 12, 123, 1234, 12345, 123456],
      );
      t.is(await stored, 123456);
      tf.tidy(() => number.assign(tf.tensor1d([7])));
      const [, again] = await Promise.all([load(), run({ digit: Float32Array.of(5) })]);
      t.deepEqual(numbersOf(again.number), [75]);
    });
  });
});

test.serial(
  'functions of one program may be called at once, slots of optimizers included',
  async (t) => {
    await withVariable([0, 0, 0], async (weight) => {
      const before = heldByTfjs();
      const program = createProgram(tf);
      const optimizer = tf.train.adam(0.1);
      const functions = [0, 1].map(
        () =>
          new CompiledFunction<typeof ROW, 'loss'>(
            program,
            ({ x }) => ({ loss: optimizer.minimize(() => weight.sub(x).square().sum(), true)! }),
            { inputs: ROW },
          ),
      );
      const losses = await Promise.all(functions.map(async (train) => train.run(row)));
      t.deepEqual(numbersOf(losses[0]!.loss), [14]);
      t.true(numbersOf(losses[1]!.loss)[0]! < 14);
      await program.close();
      optimizer.dispose();
      t.is(heldByTfjs().tensors, before.tensors);
    });
  },
);

test.serial('a call that fails does not stop those behind it', async (t) => {
  const table = tf.tensor1d([10, 20]);
  const inputs = { index: { shape: [], dtype: 'int32' } } as const;
  const step = ({ index }: { index: Tensor }) => ({ y: table.gather(index) });
  await withCompiled(step, { inputs }, async ({ run }) => {
    const outcomes = await Promise.allSettled([0, 5, 1].map((index) => run({ index })));
    t.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });
  table.dispose();
});

test.serial('closing waits for what runs, and can be done twice', async (t) => {
  const { run, close } = compile(tf, ({ x }) => ({ y: x.square() }), { inputs: ROW });
  const events: string[] = [];
  await Promise.all([
    run(row).then(() => events.push('run')),
    close().then(() => events.push('close')),
    close().then(() => events.push('close')),
  ]);
  t.deepEqual(events, ['run', 'close', 'close']);
  await close();
});

test.serial('what comes after closing is refused', async (t) => {
  const step = compile(tf, ({ x }) => ({ y: x.square() }), { inputs: ROW });
  await step.run(row);
  const closing = step.close();
  await t.throwsAsync(step.run(row), CLOSED);
  await closing;
  await t.throwsAsync(step.run(row), CLOSED);
  await t.throwsAsync(step.store(), CLOSED);
  await t.throwsAsync(step.load(), CLOSED);
});

test.serial('a program that has run nothing can be closed', async (t) => {
  await t.notThrowsAsync(createProgram(tf).close());
});

test.serial('the event loop goes on while a step runs', async (t) => {
  const step = ({ x }: { x: Tensor }) => {
    let product: Tensor = tf.ones([300, 300]).mul(x.sum());
    for (let count = 0; count < 20; count++) product = product.matMul(product).mul(1e-4);
    return { y: product.sum() };
  };
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await run(row);
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    const running = run(row);
    const isDone = running.then(() => 'done');
    const turned = new Promise<string>((resolve) => setImmediate(() => resolve('turned')));
    t.is(await Promise.race([isDone, turned]), 'turned');
    await running;
    clearInterval(counting);
  });
});
