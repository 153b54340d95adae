import { status } from '@grpc/grpc-js';
import test from 'ava';
import { encodePart } from '../../shared/data/part-file.ts';
import type { RecordedEvent } from '../../shared/events.ts';
import type { ReportedEvaluation } from '../../shared/wire/results.ts';
import { evaluationFor, ScriptedWorker } from '../helpers/scripted-worker.ts';
import { codeOf, fetched, transferSet, withCoordinator } from '../helpers/with-coordinator.ts';

const transfer = transferSet;

/** The story of the evaluations, without the workers that told it. */
const evaluations = (events: readonly RecordedEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.type === 'run.test-completed') return [`test ${event.accuracy}`];
    return event.type === 'run.transfer-completed'
      ? [`${event.preprocessing} ${event.accuracy}`]
      : [];
  });

/** A worker that has trained both folds. */
async function joined(client: Parameters<typeof ScriptedWorker.join>[0]) {
  const worker = await ScriptedWorker.join(client);
  await worker.complete((await worker.hear('fold')).assignment);
  await worker.complete((await worker.hear('fold')).assignment);
  return worker;
}

test('after the test the selected model is tried on the pictures made both ways', async (t) => {
  await withCoordinator({ k: 2, transfer }, async ({ client, report, events, plan }) => {
    const worker = await joined(client);
    const parts = [];
    for (let count = 0; count < 3; count += 1) {
      const { assignment } = await worker.hear('evaluation');
      parts.push([assignment.part, assignment.images.digest, assignment.fold]);
      worker.evaluate(assignment);
    }
    const { summary } = await report;
    t.deepEqual(parts, [
      ['test', plan.dataset.test.digest, summary.bestFold],
      ['transfer-paper', plan.transfer!.paper.digest, summary.bestFold],
      ['transfer-fit', plan.transfer!.fit.digest, summary.bestFold],
    ]);
    t.deepEqual(evaluations(events), ['test 0.5', 'paper 0.5', 'fit 0.5']);
    t.like(events[0], { type: 'run.started', transfer: 'tiny-pictures' });
    t.like(events.at(-1), { type: 'run.finished', transfer: { paper: 0.5, fit: 0.5 } });
  });
});

test('two workers share the parts, and each result is accepted once', async (t) => {
  await withCoordinator({ k: 2, transfer }, async ({ client, report, events }) => {
    const first = await ScriptedWorker.join(client);
    const second = await ScriptedWorker.join(client);
    await Promise.all([first.finish(), second.finish()]);
    await report;
    t.deepEqual(evaluations(events).toSorted(), ['fit 0.5', 'paper 0.5', 'test 0.5']);
    t.is(evaluations(events)[0], 'test 0.5');
  });
});

test('each part stays closed until it is its turn', async (t) => {
  await withCoordinator({ k: 2, transfer }, async (running) => {
    const codes = async () => [
      await codeOf(fetched(running, 'test')),
      await codeOf(fetched(running, 'transfer-paper')),
      await codeOf(fetched(running, 'transfer-fit')),
    ];
    const closed = status.FAILED_PRECONDITION;
    t.deepEqual(await codes(), [closed, closed, closed]);
    const worker = await joined(running.client);
    const { assignment } = await worker.hear('evaluation');
    t.deepEqual(await codes(), ['none', closed, closed]);
    worker.evaluate(assignment);
    const next = await worker.hear('evaluation');
    const pictures = await fetched(running, 'transfer-paper');
    t.deepEqual(pictures, Buffer.from(encodePart(transferSet.paper)));
    t.deepEqual(await fetched(running, 'transfer-fit'), Buffer.from(encodePart(transferSet.fit)));
    worker.evaluate(next.assignment);
    await worker.finish();
    await running.report;
  });
});

test('a run without a transfer evaluation has no such parts', async (t) => {
  await withCoordinator({ k: 2 }, async (running) => {
    t.is(await codeOf(fetched(running, 'transfer-fit')), status.NOT_FOUND);
  });
});

test('a worker that vanishes during the transfer evaluation costs its attempt, no result', async (t) => {
  const limits = { leaseMs: 3000 };
  await withCoordinator({ k: 2, transfer, limits }, async ({ client, report, events }) => {
    const first = await joined(client);
    first.evaluate((await first.hear('evaluation')).assignment);
    t.is((await first.hear('evaluation')).assignment.part, 'transfer-paper');
    first.stream.cancel();
    const second = await ScriptedWorker.join(client);
    await second.finish();
    t.is((await report).warnings.length, 0);
    t.deepEqual(evaluations(events).sort(), ['fit 0.5', 'paper 0.5', 'test 0.5']);
    const told = events.find(({ type }) => type === 'run.evaluation-lost');
    t.like(told, { part: 'transfer-paper', attempt: 1, cause: 'preempted' });
  });
});

test('a transfer evaluation that cannot be done leaves a report without it', async (t) => {
  await withCoordinator({ k: 2, transfer }, async ({ client, report, events }) => {
    const worker = await joined(client);
    worker.evaluate((await worker.hear('evaluation')).assignment);
    const { part, fold, attempt } = (await worker.hear('evaluation')).assignment;
    const id = { task: part, fold, attempt };
    worker.say({ body: 'failed', id, kind: 'training', message: 'the loss is NaN' });
    t.true((await worker.hear('done')).succeeded);
    const written = await report;
    t.is(written.test.accuracy, 0.5);
    t.false('transfer' in written);
    t.regex(written.warnings.join(), /without the transfer evaluation.*the loss is NaN/);
    t.false('transfer' in events.at(-1)!);
  });
});

const lies = test.macro(
  async (t, pattern: RegExp, lie: (honest: ReportedEvaluation) => Partial<ReportedEvaluation>) => {
    await withCoordinator({ k: 2, transfer }, async ({ client, report }) => {
      const liar = await joined(client);
      const honest = evaluationFor((await liar.hear('evaluation')).assignment);
      liar.say({ body: 'evaluationResult', result: { ...honest, ...lie(honest) } });
      const ended = await liar.end();
      t.regex(ended === 'ended' ? '' : ended.details, pattern);
      await (await ScriptedWorker.join(client)).finish();
      t.is((await report).test.attempt, 2);
    });
  },
);

test('predictions that are too few are refused', lies, /predictions: 5, expected 6/, (honest) => ({
  predicted: honest.predicted.subarray(1),
}));
test('missing predictions are refused', lies, /predictions: 0, expected 6/, () => ({
  predicted: new Uint8Array(),
}));
test('predictions of no class are refused', lies, /image 5 .* class 2/, () => ({
  predicted: Uint8Array.of(0, 0, 0, 0, 0, 2),
}));
test('predictions that the confusion matrix denies are refused', lies, /do not give/, () => ({
  predicted: Uint8Array.of(0, 0, 0, 0, 0, 1),
}));
test('a negative loss is refused', lies, /score\.loss: Too small/, ({ score }) => ({
  score: { ...score, loss: -1 },
}));
