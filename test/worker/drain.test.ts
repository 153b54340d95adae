import test from 'ava';
import { fakeCheckpoint } from '../helpers/scripted-worker.ts';
import {
  foldFor,
  withScriptedCoordinator,
  type ScriptedCoordinator,
} from '../helpers/scripted-coordinator.ts';
import { startWorker, type RunningWorker } from '../helpers/running-worker.ts';
import type { CheckpointInfo } from '../../shared/domain.ts';
import type { UploadStart } from '../../shared/wire/transfers.ts';

const id = { task: 'fold', fold: 0, attempt: 1 } as const;

async function withWorker(
  use: (coordinator: ScriptedCoordinator, worker: RunningWorker) => Promise<void>,
  graceMs = 20_000,
): Promise<void> {
  await withScriptedCoordinator(async (coordinator) => {
    const worker = startWorker(coordinator.port, { graceMs });
    try {
      await use(coordinator, worker);
    } finally {
      worker.abort();
      await worker.ended.catch(() => undefined);
    }
  });
}

function checkpointOf(upload: UploadStart | undefined): CheckpointInfo | undefined {
  return upload?.content.kind === 'checkpoint' ? upload.content.info : undefined;
}

test('a worker that has to leave saves the state of its fold, gives it back and goes', async (t) => {
  await withWorker(async (coordinator, worker) => {
    const session = await coordinator.session();
    session.welcome().assign(foldFor('wait', { checkpointEpochs: 0 }));
    await session.hear('epoch');
    worker.drain();
    const { id: given, reason } = await session.hear('handBack');
    t.deepEqual(given, id);
    t.is(reason, 'stopped by SIGTERM');
    t.is(checkpointOf(coordinator.uploads[0])?.epoch, 1, 'stored before the fold is given back');
    await session.ended();
    t.is(await worker.ended, 'drained');
  });
});

test('another worker goes on from there, to what an undisturbed one ends with', async (t) => {
  await withScriptedCoordinator(async (coordinator) => {
    const train = async (script: 'train' | 'wait', checkpoint?: CheckpointInfo) => {
      const worker = startWorker(coordinator.port);
      const session = await coordinator.session();
      const from = checkpoint ? { checkpoint, attempt: 2 } : {};
      session.welcome().assign(foldFor(script, { seed: 6, ...from }));
      return { worker, session };
    };
    const drained = await train('wait');
    await drained.session.hear('epoch');
    drained.worker.drain();
    await drained.session.hear('handBack');
    t.is(await drained.worker.ended, 'drained');
    const checkpoint = checkpointOf(coordinator.uploads.at(-1));
    t.is(checkpoint?.epoch, 1);
    const resumed = await train('wait', checkpoint);
    const { report } = await resumed.session.hear('epoch');
    t.is(report.epoch, 2, 'the first epoch is not trained again');
    const { result } = await resumed.session.hear('foldResult');
    t.deepEqual(
      result.epochs.map(({ epoch }) => epoch),
      [1, 2, 3, 4],
    );
    resumed.session.done();
    t.is(await resumed.worker.ended, 'done');
  });
});

test('an idle worker gives nothing back and goes', async (t) => {
  await withWorker(async (coordinator, worker) => {
    const session = (await coordinator.session()).welcome();
    await session.beat(() => true);
    worker.drain();
    t.is((await session.hear('handBack')).id, undefined);
    await session.ended();
    t.is(await worker.ended, 'drained');
  });
});

test('a worker whose state is not saved in time gives its fold back all the same', async (t) => {
  await withWorker(async (coordinator, worker) => {
    const session = await coordinator.session();
    session.welcome().assign(foldFor('deaf', { checkpointEpochs: 0 }));
    await session.hear('epoch');
    worker.drain();
    t.deepEqual((await session.hear('handBack')).id, id);
    t.is(coordinator.uploads.length, 0);
    t.is(await worker.ended, 'drained');
  }, 50);
});

test('a worker that leaves takes no more work', async (t) => {
  await withWorker(async (coordinator, worker) => {
    const session = await coordinator.session();
    session.welcome().assign(foldFor('deaf'));
    await session.hear('epoch');
    worker.drain();
    session.say({ body: 'cancel', id, reason: 'the test says so' });
    t.is((await session.hear('handBack')).id, undefined, 'what was cancelled is not given back');
    t.is(await worker.ended, 'drained');
  });
});

test('a worker that never found its coordinator goes at once', async (t) => {
  const worker = startWorker(9);
  worker.drain();
  t.is(await worker.ended, 'drained');
});

test('without its coordinator a worker waits for it no longer than it has to', async (t) => {
  await withWorker(async (coordinator, worker) => {
    const session = await coordinator.session();
    session.welcome().assign(foldFor('wait', { checkpointEpochs: 0 }));
    await session.hear('epoch');
    coordinator.stop();
    worker.drain();
    t.is(await worker.ended, 'drained');
  }, 100);
});

test('a checkpoint that the coordinator has not, or whose bytes are others, is told as such', async (t) => {
  await withWorker(async (coordinator) => {
    const { checkpoint, bytes } = fakeCheckpoint(1);
    const session = await coordinator.session();
    session.welcome().assign(foldFor('train', { checkpoint }));
    t.like(await session.hear('failed'), { kind: 'checkpoint' });
    coordinator.checkpoints.set(checkpoint.digest, Buffer.from(bytes).fill(9));
    session.assign(foldFor('train', { checkpoint, attempt: 2 }));
    t.like(await session.hear('failed'), { kind: 'checkpoint', id: { attempt: 2 } });
    coordinator.checkpoints.set(checkpoint.digest, bytes);
    session.assign(foldFor('train', { checkpoint, attempt: 3 }));
    const failure = await session.hear('failed');
    t.is(failure.kind, 'checkpoint');
    t.regex(failure.message, /no training state/, 'the training process refuses what it holds');
  });
});

test('a training error is told as one, a child that is killed as a failure of the machine', async (t) => {
  await withWorker(async (coordinator) => {
    const session = await coordinator.session();
    session.welcome().assign(foldFor('diverge'));
    t.like(await session.hear('failed'), { kind: 'training', message: 'the loss is NaN' });
    session.assign(foldFor('die', { attempt: 2 }));
    const failure = await session.hear('failed');
    t.is(failure.kind, 'infrastructure');
    t.regex(failure.message, /SIGKILL \(killed from outside\)/);
  });
});
