import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { sha256 } from '../../../shared/data/digest.ts';
import { encodePart } from '../../../shared/data/part-file.ts';
import type { FoldAssignment } from '../../../shared/domain.ts';
import { ensureEngine } from '../../../worker/engine/ensure.ts';
import type { ChildMessage, ParentMessage } from '../../../worker/trainer/messages.ts';
import { tinyAssignment, tinyDataset, withFolder } from '../../helpers/tiny-fold.ts';
import { ended, forkTrainer, heard } from '../../helpers/trainer-child.ts';

test.before(() => ensureEngine({ onProgress: () => undefined }));

type TrainMessage = Extract<ParentMessage, { type: 'train' }>;

async function trainMessage(
  folder: string,
  assignment: FoldAssignment,
  resumeFile?: string,
): Promise<TrainMessage> {
  const trainFile = path.join(folder, 'train.part');
  const outputDir = path.join(folder, resumeFile === undefined ? 'model' : 'resumed');
  await mkdir(outputDir, { recursive: true });
  await writeFile(trainFile, encodePart(tinyDataset.train));
  const resume = resumeFile === undefined ? {} : { resumeFile };
  return { type: 'train', assignment, trainFile, outputDir, ...resume };
}

const settled = (epoch: number): ParentMessage => ({ type: 'settled', epoch });

/** Starts a child on a message, and settles the states that it hands over. */
function begin(message: TrainMessage, { settles = true } = {}) {
  const child = forkTrainer();
  const messages: ChildMessage[] = [];
  child.on('message', (said: ChildMessage) => {
    messages.push(said);
    if (settles && said.type === 'state' && child.connected) child.send(settled(said.info.epoch));
  });
  child.send(message);
  return { child, end: ended(child), messages };
}

/** What a child ends a training with, undisturbed. */
async function train(message: TrainMessage) {
  const { child, end, messages } = begin(message);
  const { result } = await heard(child, 'trained');
  child.send({ type: 'stop' } satisfies ParentMessage);
  await end;
  const epochs = result.epochs.map((report) => ({ ...report, seconds: 0 }));
  return { messages, numbers: { epochs, validation: result.validation, model: result.model } };
}

for (const step of ['eager', 'compiled'] as const) {
  const assignment = tinyAssignment({ step, checkpointEpochs: 1, training: { epochs: 3 } });

  test.serial(
    `${step} training goes on from the checkpoint of a child that was killed, to the same bits`,
    async (t) => {
      await withFolder(async (folder) => {
        const kept = path.join(folder, 'kept.state');
        const killed = begin(await trainMessage(folder, assignment));
        const { file, info } = await heard(killed.child, 'state');
        await rename(file, kept);
        killed.child.kill('SIGKILL');
        t.is(await killed.end, 'SIGKILL');
        const bytes = await readFile(kept);
        t.deepEqual(info, { epoch: 1, sizeBytes: bytes.length, digest: sha256(bytes) });
        const undisturbed = await train(await trainMessage(folder, assignment));
        const resumed = await train(await trainMessage(folder, assignment, kept));
        t.deepEqual(resumed.numbers, undisturbed.numbers);
        t.deepEqual(epochsIn(resumed.messages), [2, 3]);
        const states = undisturbed.messages.flatMap((said) =>
          said.type === 'state' ? [said.info.epoch] : [],
        );
        t.deepEqual(states, [1, 2], 'the last epoch leaves a model, not a state');
      });
    },
  );
}

test.serial(
  'a child that is drained ends in the middle of an epoch, and another goes on',
  async (t) => {
    await withFolder(async (folder) => {
      const assignment = tinyAssignment({ training: { epochs: 40 } });
      const drained = begin(await trainMessage(folder, assignment));
      await heard(drained.child, 'epoch');
      drained.child.send({ type: 'drain' } satisfies ParentMessage);
      const { file } = await heard(drained.child, 'state');
      await heard(drained.child, 'drained');
      const kept = path.join(folder, 'kept.state');
      await rename(file, kept);
      // It can take another assignment, which is not drained.
      drained.child.send(await trainMessage(folder, assignment));
      const { result } = await heard(drained.child, 'trained');
      drained.child.send({ type: 'stop' } satisfies ParentMessage);
      t.is(await drained.end, 0);
      const resumed = await train(await trainMessage(folder, assignment, kept));
      t.deepEqual(resumed.numbers.model, result.model);
    });
  },
);

const epochsIn = (messages: readonly ChildMessage[]): number[] =>
  messages.flatMap((said) => (said.type === 'epoch' ? [said.report.epoch] : []));

test.serial('a child that waits for its state to be settled goes on, or leaves', async (t) => {
  await withFolder(async (folder) => {
    const assignment = tinyAssignment({ checkpointEpochs: 1, training: { epochs: 40 } });
    const message = await trainMessage(folder, assignment);
    const { child, end, messages } = begin(message, { settles: false });
    await heard(child, 'state');
    child.send(settled(1));
    t.is((await heard(child, 'state')).info.epoch, 2);
    t.deepEqual(epochsIn(messages), [1, 2]);
    child.send({ type: 'drain' } satisfies ParentMessage);
    await heard(child, 'drained');
    child.send({ type: 'stop' } satisfies ParentMessage);
    t.is(await end, 0);
  });
});

test.serial(
  'a state that is damaged, or of another training, is a failure of the checkpoint',
  async (t) => {
    await withFolder(async (folder) => {
      const assignment = tinyAssignment({ checkpointEpochs: 1 });
      const kept = path.join(folder, 'kept.state');
      const first = begin(await trainMessage(folder, assignment));
      await rename((await heard(first.child, 'state')).file, kept);
      first.child.kill('SIGKILL');
      const failureOf = async (other: FoldAssignment) => {
        const { end, messages } = begin(await trainMessage(folder, other, kept));
        t.is(await end, 0);
        return messages.at(-1);
      };
      const foreign = await failureOf({ ...assignment, seed: 6 });
      t.like(foreign, { type: 'failed', kind: 'checkpoint' });
      t.regex(
        foreign?.type === 'failed' ? foreign.message : '',
        /another training: seed 5, expected 6/,
      );
      const bytes = await readFile(kept);
      await writeFile(kept, bytes.fill(0, 100, 101));
      const damaged = await failureOf(assignment);
      t.like(damaged, { type: 'failed', kind: 'checkpoint' });
      t.regex(
        damaged?.type === 'failed' ? damaged.message : '',
        /^The checkpoint is no training state/,
      );
    });
  },
);
