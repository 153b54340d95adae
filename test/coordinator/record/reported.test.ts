import test from 'ava';
import fc from 'fast-check';
import { decodeFact, encodeFact } from '../../../coordinator/record/fact-rows.ts';
import { asRunId, asWorkerId } from '../../../shared/domain.ts';
import { epochReport, foldResult as reportedFold } from '../../../shared/wire/results.ts';
import { foldResult } from '../../helpers/results.ts';

const recorded = { run: asRunId('a-run'), sequence: 1, time: '2026-03-04T12:00:00.000Z' };
const attempt = { fold: 0, attempt: 1, worker: asWorkerId('somewhere-1') };
const accepted = foldResult(attempt);
const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(-1, -0, 0, 1, 2 ** 53, -1e-300, 1e9, 1e308, NaN, Infinity),
);

test('what a worker may report of an epoch can be read back from the record', (t) => {
  const [usual] = accepted.epochs;
  const reports = fc
    .tuple(fc.constantFrom(...Object.keys(usual ?? {})), numbers)
    .map(([key, value]) => ({ ...usual, [key]: value }));
  const property = fc.property(reports, (said) => {
    const { success, data } = epochReport.safeParse(said);
    if (!success) return;
    const { row, event } = written({ ...recorded, type: 'fold.epoch', ...attempt, ...data });
    t.is(row, event);
  });
  fc.assert(property, { numRuns: 1000 });
});

test('a loss below zero is refused, which no record would take back', (t) => {
  const [first] = accepted.epochs;
  const said = { ...accepted, id: { task: 'TASK_FOLD', fold: 0, attempt: 1 } };
  const environment = { ...accepted.environment, step: 'STEP_KIND_EAGER' };
  const validation = { ...accepted.validation, confusion: accepted.validation.confusion.flat() };
  const whole = { ...said, environment, validation };
  t.true(reportedFold.safeParse(whole).success);
  for (const key of ['trainLoss', 'validationLoss']) {
    const epochs = [{ ...first, [key]: -1 }];
    t.false(reportedFold.safeParse({ ...whole, epochs }).success, key);
  }
  const worse = { ...whole, validation: { ...validation, loss: -1 } };
  t.false(reportedFold.safeParse(worse).success);
});

/** An event as it is written, and as it is written again once it was read back. */
function written(event: Parameters<typeof encodeFact>[0]['event']) {
  const row = encodeFact({ event });
  return { row: row.event, event: encodeFact(decodeFact(row)).event };
}
