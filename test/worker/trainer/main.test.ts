import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execaNode } from 'execa';
import { encodePart } from '../../../shared/data/part-file.ts';
import { datasetInfo } from '../../../shared/data/digest.ts';
import type { ModelInfo } from '../../../shared/domain.ts';
import { ensureEngine } from '../../../worker/engine/ensure.ts';
import type { ChildMessage, ParentMessage } from '../../../worker/trainer/messages.ts';
import { tinyAssignment, tinyDataset, withFolder } from '../../helpers/tiny-fold.ts';
import { ended, forkTrainer, heard } from '../../helpers/trainer-child.ts';

const PARENT = fileURLToPath(new URL('../../helpers/trainer-parent.ts', import.meta.url));
/** More epochs than any test waits for. */
const ENDLESS = { epochs: 1_000_000 };

test.before(() => ensureEngine({ onProgress: () => undefined }));

async function trainMessage(
  folder: string,
  assignment = tinyAssignment(),
): Promise<Extract<ParentMessage, { type: 'train' }>> {
  const trainFile = path.join(folder, 'train.part');
  const outputDir = path.join(folder, 'model');
  await mkdir(folder, { recursive: true });
  await writeFile(trainFile, encodePart(tinyDataset.train));
  await mkdir(outputDir, { recursive: true });
  return { type: 'train', assignment, trainFile, outputDir };
}

/** Has a child do one thing after the other, and stop. */
async function run(...work: ParentMessage[]) {
  const child = forkTrainer();
  const messages: ChildMessage[] = [];
  const left = [...work, { type: 'stop' } satisfies ParentMessage];
  const next = (): unknown => child.send(left.shift()!);
  child.on('message', (said: ChildMessage) => {
    messages.push(said);
    if (said.type === 'trained' || said.type === 'evaluated') next();
  });
  next();
  // Messages may still come after the exit, but not after the channel is closed.
  const [exit] = await Promise.all([ended(child), once(child, 'disconnect')]);
  return { exit, messages };
}

async function train(folder: string) {
  const { exit, messages } = await run(await trainMessage(folder));
  const read = (name: string) => readFile(path.join(folder, 'model', name));
  return { exit, messages, topology: await read('model.json'), weights: await read('weights.bin') };
}

test.serial('two processes with the same assignment save the same bytes', async (t) => {
  const first = await withFolder(train);
  const second = await withFolder(train);
  t.is(first.exit, 0);
  t.deepEqual(
    first.messages.map(({ type }) => type),
    ['started', 'epoch', 'epoch', 'trained'],
  );
  t.true(first.weights.equals(second.weights));
  t.true(first.topology.equals(second.topology));
});

test.serial('a process that trains one fold after another saves the same bytes', async (t) => {
  const apart = await withFolder(train);
  await withFolder(async (folder) => {
    const before = await trainMessage(path.join(folder, 'before'), tinyAssignment({ fold: 0 }));
    const after = await trainMessage(folder);
    const { exit, messages } = await run(before, after);
    t.is(exit, 0);
    t.is(messages.filter(({ type }) => type === 'trained').length, 2);
    for (const name of ['topology', 'weights'] as const) {
      const file = name === 'topology' ? 'model.json' : 'weights.bin';
      t.true((await readFile(path.join(folder, 'model', file))).equals(apart[name]), name);
    }
  });
});

test.serial('a process evaluates what another has trained', async (t) => {
  await withFolder(async (folder) => {
    const { messages } = await train(folder);
    const trained = messages.at(-1);
    const model: ModelInfo | undefined =
      trained?.type === 'trained' ? trained.result.model : undefined;
    const imagesFile = path.join(folder, 'test.part');
    await writeFile(imagesFile, encodePart(tinyDataset.test));
    const { run: id, fold, threads, step } = tinyAssignment();
    const dataset = datasetInfo(tinyDataset);
    const plan = { run: id, fold, attempt: 3, dataset, threads, step };
    const images = dataset.test;
    const assignment = { ...plan, part: 'test', images, model: model! } as const;
    const modelDir = path.join(folder, 'model');
    const evaluation = await run({ type: 'evaluate', assignment, imagesFile, modelDir });
    t.is(evaluation.exit, 0);
    const [started, evaluated] = evaluation.messages;
    t.is(started?.type, 'started');
    t.like(evaluated, { type: 'evaluated', result: { fold: 1, attempt: 3, part: 'test' } });
  });
});

test.serial('a part that is not the assigned one is a failure of the data', async (t) => {
  await withFolder(async (folder) => {
    const message = await trainMessage(folder);
    await writeFile(message.trainFile, new Uint8Array(90 * 101));
    const { exit, messages } = await run(message);
    t.is(exit, 0);
    t.like(messages.at(-1), { type: 'failed', kind: 'data' });
  });
});

test.serial('signals to the whole group do not end it; closing the channel does', async (t) => {
  await withFolder(async (folder) => {
    const child = forkTrainer();
    const end = ended(child);
    const errors = text(child.stderr!);
    child.send(await trainMessage(folder, tinyAssignment({ training: ENDLESS })));
    await heard(child, 'started');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
      child.kill(signal);
      await heard(child, 'epoch');
    }
    child.disconnect();
    t.is(await end, 0);
    t.notRegex(await errors, /Debugger/);
  });
});

test.serial(
  'it ends when told to stop, in the middle of an epoch or before any work',
  async (t) => {
    await withFolder(async (folder) => {
      const child = forkTrainer();
      const end = ended(child);
      child.send(await trainMessage(folder, tinyAssignment({ training: ENDLESS })));
      await heard(child, 'epoch');
      child.send({ type: 'stop' } satisfies ParentMessage);
      t.is(await end, 0);
    });
    t.deepEqual(await run({ type: 'stop' }), { exit: 0, messages: [] });
  },
);

test.serial('it ends by itself when its parent is killed', async (t) => {
  await withFolder(async (folder) => {
    const message = await trainMessage(folder, tinyAssignment({ training: ENDLESS }));
    const nodeOptions = ['--import', import.meta.resolve('tsx')];
    const parent = execaNode(PARENT, [JSON.stringify(message)], { nodeOptions, reject: false });
    await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    // Its stdout, which the child holds too, ends only with the child.
    t.is((await parent).stdout, 'training');
  });
});
