import test from 'ava';
import { learningRateAt } from '../../../worker/trainer/schedule.ts';

const cosine = { learningRate: 0.4, schedule: 'cosine', totalSteps: 8 } as const;

test('a constant learning rate stays', (t) => {
  const rates = [0, 5, 7].map((step) => learningRateAt(step, { ...cosine, schedule: 'constant' }));
  t.deepEqual(rates, [0.4, 0.4, 0.4]);
});

test('cosine decay starts at the full rate and has half of it half-way', (t) => {
  t.is(learningRateAt(0, cosine), 0.4);
  t.true(Math.abs(learningRateAt(4, cosine) - 0.2) < 1e-15);
});

test('cosine decay falls at every step and stays above zero', (t) => {
  const rates = Array.from({ length: 8 }, (_, step) => learningRateAt(step, cosine));
  t.true(rates.every((rate, step) => rate > 0 && (step === 0 || rate < rates[step - 1]!)));
});

test('a run of one step uses the full rate', (t) => {
  t.is(learningRateAt(0, { ...cosine, totalSteps: 1 }), 0.4);
});
