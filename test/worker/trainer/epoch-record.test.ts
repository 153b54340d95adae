import test from 'ava';
import { createEpochRecord } from '../../../worker/trainer/epoch-record.ts';
import { leftTensors, tf } from '../../helpers/tensorflow.ts';

const outcome = (loss: number, correct: number) => ({
  loss: tf.scalar(loss),
  correct: tf.scalar(correct, 'int32'),
});

test.serial('an epoch weighs batches by their images', (t) => {
  const record = createEpochRecord(tf);
  record.add(outcome(1, 30), 40);
  record.add(outcome(4, 2), 10);
  t.deepEqual(record.read(), { loss: 1.6, accuracy: 0.64, stepLosses: [1, 4] });
});

test.serial('more steps than are read at once come out complete and in order', (t) => {
  const record = createEpochRecord(tf);
  const losses = Array.from({ length: 2100 }, (_, index) => index);
  for (const loss of losses) record.add(outcome(loss, 1), 2);
  const { accuracy, stepLosses } = record.read();
  t.deepEqual(stepLosses, losses);
  t.is(accuracy, 0.5);
});

test.serial('outcomes are disposed when they are read, or given up', async (t) => {
  const left = await leftTensors(() => {
    const record = createEpochRecord(tf);
    record.add(outcome(1, 1), 1);
    record.read();
    record.add(outcome(1, 1), 1);
    record.dispose();
  });
  t.is(left, 0);
});
