import test from 'ava';
import { summarise } from '../../../worker/trainer/epoch.ts';

test('an epoch weighs batches by their images', (t) => {
  const record = { losses: [1, 4], corrects: [30, 2] };
  t.deepEqual(summarise(record, [40, 10]), { loss: 1.6, accuracy: 0.64 });
});
