import test from 'ava';
import { status } from '@grpc/grpc-js';
import { FoldwiseError, ProtocolError } from '../../shared/errors.ts';
import {
  foldFor,
  TICKET,
  withScriptedCoordinator,
  type ScriptedCoordinator,
} from '../helpers/scripted-coordinator.ts';
import { startWorker, type RunningWorker } from '../helpers/running-worker.ts';

const id = { task: 'fold', fold: 0, attempt: 1 } as const;
const accepted = { body: 'accepted', id } as const;

async function withWorker(
  use: (coordinator: ScriptedCoordinator, worker: RunningWorker) => Promise<void>,
): Promise<void> {
  await withScriptedCoordinator(async (coordinator) => {
    const worker = startWorker(coordinator.port);
    try {
      await use(coordinator, worker);
    } finally {
      worker.abort();
      await worker.ended.catch(() => undefined);
    }
  });
}

test('a worker greets, trains, stores checkpoints and the model, tells the result, and is done', async (t) => {
  await withWorker(async (coordinator, worker) => {
    const session = await coordinator.session();
    const { hello } = await session.hear('hello');
    t.like(hello, { protocol: 4, engine: 'scripted 1.0', reattachment: undefined });
    session.welcome().assign(foldFor('train'));
    const epochs = [];
    for (let count = 0; count < 4; count += 1) epochs.push((await session.hear('epoch')).report);
    t.deepEqual(
      epochs.map(({ epoch }) => epoch),
      [1, 2, 3, 4],
    );
    const { result } = await session.hear('foldResult');
    t.is(result.epochs.length, 4);
    t.is(coordinator.uploads.at(-1)?.content.kind, 'model');
    session.say(accepted);
    await session.beat(({ attempt }) => attempt === undefined);
    session.done();
    t.is(await worker.ended, 'done');
  });
});

test('training goes on without a session; a worker that comes back shows who it is and tells all', async (t) => {
  await withWorker(async (coordinator) => {
    const first = await coordinator.session();
    first.welcome().assign(foldFor('train'));
    await first.hear('foldResult');
    first.break();
    const second = await coordinator.session();
    const { hello } = await second.hear('hello');
    t.like(hello.reattachment, { worker: 'worker-1', ticket: TICKET, attempt: id });
    second.welcome();
    const { result } = await second.hear('foldResult');
    t.is(result.attempt, 1);
    second.say(accepted);
    await second.beat(({ attempt }) => attempt === undefined);
    second.break();
    const third = await coordinator.session();
    t.is((await third.hear('hello')).hello.reattachment?.attempt, undefined);
    third.welcome().assign(foldFor('train', { fold: 1 }));
    t.is((await third.hear('foldResult')).result.fold, 1, 'the first result is not told again');
  });
});

test('a result is told again until it is accepted, and epochs that were heard are not', async (t) => {
  await withWorker(async (coordinator) => {
    const first = await coordinator.session();
    first.welcome().assign(foldFor('wait'));
    await first.hear('epoch');
    const { number } = await first.beat(({ epoch }) => epoch === 1);
    await first.beat((later) => later.number > number);
    first.break();
    const second = await coordinator.session();
    second.welcome();
    second.say({ body: 'cancel', id, reason: 'the test wants the next' });
    second.assign(foldFor('train', { fold: 1 }));
    const { id: about } = await second.hear('epoch');
    t.is(about.fold, 1);
  });
});

for (const verdict of ['lost', 'cancel'] as const) {
  test(`an attempt is dropped where a heartbeat is answered "${verdict}"`, async (t) => {
    await withWorker(async (coordinator, worker) => {
      const session = await coordinator.session();
      session.welcome().assign(foldFor('deaf'));
      await session.hear('epoch');
      session.verdict = verdict;
      await session.beat(({ attempt, number }) => number > 1 && attempt === undefined);
      t.regex(worker.told.join('\n'), /stopping fold 0, attempt 1/);
      session.verdict = 'continue';
      session.assign(foldFor('train', { attempt: 3 }));
      t.is((await session.hear('foldResult')).result.attempt, 3);
    });
  });
}

test('a worker that is welcomed as another one drops what it has', async (t) => {
  await withWorker(async (coordinator) => {
    const first = await coordinator.session();
    first.welcome().assign(foldFor('train'));
    await first.hear('foldResult');
    first.break();
    const second = await coordinator.session();
    second.welcome({ worker: 'worker-2' });
    t.is((await second.beat(() => true)).attempt, undefined);
    second.assign(foldFor('train', { fold: 1 }));
    t.is((await second.hear('foldResult')).result.fold, 1);
  });
});

test('a coordinator that does not answer heartbeats is left, and looked for again', async (t) => {
  await withWorker(async (coordinator, worker) => {
    const first = await coordinator.session();
    first.verdict = null;
    first.welcome({ leaseMs: 300 }).assign(foldFor('deaf'));
    await first.ended();
    const second = await coordinator.session();
    t.deepEqual((await second.hear('hello')).hello.reattachment?.attempt, id);
    t.regex(worker.told.join('\n'), /has not answered for 0\.1 s; trying again/);
  });
});

test('a coordinator that is restarted is found again', async (t) => {
  await withWorker(async (coordinator) => {
    const first = await coordinator.session();
    first.welcome().assign(foldFor('wait'));
    await first.hear('epoch');
    coordinator.stop();
    await coordinator.start();
    const second = await coordinator.session();
    t.deepEqual((await second.hear('hello')).hello.reattachment?.attempt, id);
    second.welcome();
    t.like(await second.beat(() => true), { attempt: id, epoch: 1 });
  });
});

for (const code of ['FAILED_PRECONDITION', 'UNAUTHENTICATED', 'PERMISSION_DENIED'] as const) {
  test(`a coordinator that refuses with ${code} is believed: exit code 2, its words as they are`, async (t) => {
    await withWorker(async (coordinator, worker) => {
      const session = await coordinator.session();
      await session.hear('hello');
      session.break(status[code], 'protocol 5 here, 4 there');
      const error = await t.throwsAsync(worker.ended, { instanceOf: FoldwiseError });
      t.is(error.message, 'protocol 5 here, 4 there');
      t.is(error.exitCode, 2);
    });
  });
}

test('a message larger than may be is no reason to come back', async (t) => {
  await withWorker(async (coordinator, worker) => {
    const session = await coordinator.session();
    await session.hear('hello');
    const words = 'Received message larger than max (20000307 vs 16777216)';
    session.break(status.RESOURCE_EXHAUSTED, words);
    const error = await t.throwsAsync(worker.ended, { instanceOf: ProtocolError });
    t.is(error.message, words);
  });
});

test('a run that failed is told as a failure', async (t) => {
  await withWorker(async (coordinator, worker) => {
    (await coordinator.session()).welcome().done(false);
    const error = await t.throwsAsync(worker.ended, { instanceOf: FoldwiseError });
    t.is(error.message, 'the run did not succeed: as the test says');
    t.is(error.exitCode, 1);
  });
});

test('uploads go on after the connection was lost or the disk of the coordinator was full', async (t) => {
  for (const code of [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED]) {
    await withWorker(async (coordinator) => {
      coordinator.failUploads = { left: 1, code };
      const session = await coordinator.session();
      session.welcome().assign(foldFor('train', { checkpointEpochs: 0 }));
      await session.hear('foldResult');
      t.is(coordinator.failUploads.left, 0);
      t.is(coordinator.uploads.length, 1);
    });
  }
});

test('heartbeats tell of the last stored checkpoint', async (t) => {
  await withWorker(async (coordinator) => {
    const session = await coordinator.session();
    session.welcome().assign(foldFor('deaf'));
    const { attempt, epoch } = await session.beat(({ checkpointEpoch }) => checkpointEpoch === 1);
    t.deepEqual(attempt, id);
    t.is(epoch, 1);
  });
});

test('a checkpoint that cannot be stored fails nothing', async (t) => {
  await withWorker(async (coordinator) => {
    coordinator.failUploads = { left: 1, code: status.INVALID_ARGUMENT };
    const session = await coordinator.session();
    session.welcome().assign(foldFor('wait'));
    await session.hear('epoch');
    await coordinator.uploadsFailed();
    // The one after it is stored.
    session.say({ body: 'cancel', id, reason: 'the test has seen enough' });
    session.assign(foldFor('train', { fold: 1 }));
    t.is((await session.hear('foldResult')).result.fold, 1);
  });
});
