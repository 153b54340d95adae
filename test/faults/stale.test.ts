import test, { type ExecutionContext } from 'ava';
import { status } from '@grpc/grpc-js';
import { pino } from 'pino';
import type { FoldAssignment } from '../../shared/domain.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import { fakeModel, resultFor, ScriptedWorker } from '../helpers/scripted-worker.ts';
import { codeOf, run, withCoordinator, type Running } from '../helpers/with-coordinator.ts';

/** Results that come late, twice or from an older attempt, against a real coordinator. */

const DROPPED = 'result of an attempt that is not live dropped';
const REFUSED = 'model of an attempt that is not live refused';
const LIMITS = { leaseMs: 1_000 };

type Disturb = (running: Running, logged: (message: string) => number) => Promise<void>;

/** Runs a coordinator that must end as if nothing had happened. */
async function endsWell(t: ExecutionContext, disturb: Disturb): Promise<void> {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
  const logged = (message: string): number =>
    lines.filter((line) => line.includes(`"${message}"`)).length;
  await withCoordinator({ k: 2, limits: LIMITS, log }, async (running) => {
    await disturb(running, logged);
    const { folds, test: final } = await running.report;
    t.deepEqual(
      folds.map(({ model }) => model.weightsDigest),
      [0, 1].map((fold) => fakeModel(fold).model.weightsDigest),
    );
    t.is(final.accuracy, 0.5);
    const completed = running.events.flatMap((event) =>
      event.type === 'fold.completed' ? [event.fold] : [],
    );
    t.deepEqual(completed.toSorted(), [0, 1], 'each fold is accepted once');
  });
}

const attemptOf = ({ fold, attempt }: FoldAssignment) => ({ task: 'fold', fold, attempt }) as const;

/** What an attempt brings that trained something else. */
const otherResult = (assignment: FoldAssignment) => ({
  ...resultFor(assignment),
  model: fakeModel(7).model,
});

function uploadOther(worker: ScriptedWorker, assignment: FoldAssignment) {
  const { topology, weights, model } = fakeModel(7);
  const content = { kind: 'model', info: model, topology } as const;
  const header = { run, worker: worker.id, id: attemptOf(assignment), content };
  return codeOf(worker.upload(header, chunksOf(weights)));
}

/** A worker whose lease ends, and that comes back with what it had. */
async function late({ client }: Running) {
  const silent = await ScriptedWorker.join(client, true);
  const { assignment } = await silent.hear('fold');
  await silent.end();
  const { reattachment } = silent;
  const back = (): Promise<ScriptedWorker> => ScriptedWorker.join(client, { reattachment });
  return { assignment, back };
}

/** The answer to a heartbeat says that all before it was heard. */
async function hasHeard(worker: ScriptedWorker): Promise<void> {
  const number = worker.beat();
  while ((await worker.hear('renewal')).number < number);
}

test('a result that comes after the lease is refused, while another attempt is under way', async (t) => {
  await endsWell(t, async (running, logged) => {
    const { assignment, back } = await late(running);
    const other = await ScriptedWorker.join(running.client);
    const second = (await other.hear('fold')).assignment;
    t.is(second.attempt, 2);
    const returned = await back();
    t.is(await uploadOther(returned, assignment), status.ABORTED);
    returned.say({ body: 'foldResult', result: otherResult(assignment) });
    await hasHeard(returned);
    t.deepEqual([logged(REFUSED), logged(DROPPED)], [1, 1]);
    returned.stream.end();
    await other.complete(second);
    await other.finish();
  });
});

test('a result that comes when another attempt was accepted is told of, and changes nothing', async (t) => {
  await endsWell(t, async (running, logged) => {
    const { assignment, back } = await late(running);
    const other = await ScriptedWorker.join(running.client);
    await other.complete((await other.hear('fold')).assignment);
    await other.hear('accepted');
    const returned = await back();
    t.is(await uploadOther(returned, assignment), status.ABORTED);
    t.is(logged(REFUSED), 1);
    returned.say({ body: 'foldResult', result: otherResult(assignment) });
    await hasHeard(returned);
    returned.stream.end();
    await other.finish();
    const [warning] = (await running.report).warnings;
    t.regex(warning ?? '', /^Attempts 2 and 1 at fold 0 ended with different weights/);
  });
});

test('a result that comes twice, in the same session and the next, is acknowledged each time', async (t) => {
  await endsWell(t, async ({ client }) => {
    const first = await ScriptedWorker.join(client);
    const { assignment } = await first.hear('fold');
    await first.complete(assignment);
    await first.hear('accepted');
    const next = (await first.hear('fold')).assignment;
    const result = resultFor(assignment);
    first.say({ body: 'foldResult', result });
    t.like(await first.hear('accepted'), { id: attemptOf(assignment) });
    const { reattachment } = first;
    const again = await ScriptedWorker.join(client, { reattachment });
    again.say({ body: 'foldResult', result });
    t.like(await again.hear('accepted'), { id: attemptOf(assignment) });
    await again.complete(next);
    await again.finish();
  });
});

test('a worker cannot bring the result of its own older attempt', async (t) => {
  await endsWell(t, async ({ client, events }, logged) => {
    const worker = await ScriptedWorker.join(client);
    const { assignment } = await worker.hear('fold');
    const id = attemptOf(assignment);
    worker.say({ body: 'failed', id, kind: 'infrastructure', message: 'a full disk' });
    // What failed comes after what has not.
    await worker.complete((await worker.hear('fold')).assignment);
    await worker.hear('accepted');
    const second = (await worker.hear('fold')).assignment;
    t.is(second.attempt, 2);
    t.is(await uploadOther(worker, assignment), status.ABORTED);
    worker.say({ body: 'foldResult', result: otherResult(assignment) });
    worker.say({ body: 'epoch', id, report: resultFor(assignment).epochs[0]! });
    await worker.complete(second);
    await worker.hear('accepted');
    t.deepEqual([logged(REFUSED), logged(DROPPED)], [1, 1]);
    t.false(events.some((event) => event.type === 'fold.epoch' && event.attempt === 1));
    await worker.finish();
  });
});
