import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { FoldwiseError } from '../../shared/errors.ts';
import { Trainer } from '../../worker/runner.ts';
import type { ChildMessage } from '../../worker/trainer/messages.ts';
import { asRunId } from '../../shared/domain.ts';
import { datasetInfo } from '../../shared/data/digest.ts';
import { encodePart } from '../../shared/data/part-file.ts';
import { seedOf, type TrainerScript } from '../helpers/trainer-scripts.ts';
import { dataset, tinyPlan } from '../helpers/with-coordinator.ts';
import { withFolder } from '../helpers/tiny-fold.ts';

const program = path.join(import.meta.dirname, '../helpers/programs/scripted-trainer.ts');

interface Asked {
  readonly trainer?: Trainer;
  readonly threads?: number;
  readonly trainFile?: string;
}

function start(
  script: TrainerScript,
  signal: AbortSignal,
  { trainer = new Trainer(program), threads = 3, trainFile = 'none' }: Asked = {},
) {
  const messages: ChildMessage[] = [];
  const lines: string[] = [];
  let onFirst: (message: ChildMessage) => void = () => undefined;
  const first = new Promise<ChildMessage>((resolve) => (onFirst = resolve));
  const { training, validation } = tinyPlan(2);
  const assignment = {
    run: asRunId('r'),
    fold: 0,
    attempt: 1,
    seed: seedOf(script),
    dataset: datasetInfo(dataset),
    validation: validation[0]!,
    training,
    threads,
    step: 'eager',
    checkpointEpochs: 1,
  } as const;
  const ended = trainer.run({
    assignment: { type: 'train', assignment, trainFile, outputDir: 'none' },
    signal,
    onOutput: (line) => lines.push(line),
    onMessage: (message) => {
      messages.push(message);
      onFirst(message);
    },
  });
  return { ended, messages, lines, first };
}

test('a child that says its last message and ends is done, with the threads of its assignment', async (t) => {
  const { ended, messages, lines } = start('complete', new AbortController().signal);
  await ended;
  t.deepEqual(messages, [{ type: 'failed', kind: 'training', message: 'threads 3' }]);
  t.deepEqual(lines, ['last words']);
});

test('a child that crashes is told by its signal and its last words', async (t) => {
  const { ended } = start('crash', new AbortController().signal);
  await t.throwsAsync(ended, { instanceOf: FoldwiseError, message: /SIGSEGV.*last words/s });
});

test('a child that leaves without a result has failed', async (t) => {
  const { ended } = start('leave', new AbortController().signal);
  await t.throwsAsync(ended, { instanceOf: FoldwiseError, message: /exit code 0/ });
});

test('an aborted child is killed, whatever it does with signals, and waited for', async (t) => {
  const abort = new AbortController();
  const { ended, first } = start('hang', abort.signal);
  const message = await first;
  const pid = Number(/\d+/.exec(message.type === 'failed' ? message.message : '')?.[0]);
  abort.abort(new Error('enough'));
  await t.throwsAsync(ended, { message: 'enough' });
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Has an assignment succeed, and tells in which process. */
async function succeed(trainer: Trainer, threads = 3): Promise<number> {
  const { ended, messages } = start('succeed', new AbortController().signal, { trainer, threads });
  await ended;
  const [message] = messages;
  return message?.type === 'predicted' ? message.classCount : Number.NaN;
}

test('a child that succeeded takes the next assignment of as many threads', async (t) => {
  const trainer = new Trainer(program);
  const first = await succeed(trainer);
  t.is(await succeed(trainer), first);
  const other = await succeed(trainer, 2);
  t.not(other, first);
  t.false(isAlive(first), 'the one that waited has ended');
  await trainer.close();
  t.false(isAlive(other));
});

test('a child that failed, or died while it waited, is replaced', async (t) => {
  const trainer = new Trainer(program);
  const first = await succeed(trainer);
  const failing = start('complete', new AbortController().signal, { trainer });
  await failing.ended;
  t.false(isAlive(first), 'it ended after its failure');
  const second = await succeed(trainer);
  t.not(second, first);
  await trainer.close();
  t.not(await succeed(trainer), second);
  await trainer.close();
});

test('a child that is aborted once it has succeeded is not kept', async (t) => {
  const trainer = new Trainer(program);
  const abort = new AbortController();
  const running = start('succeed', abort.signal, { trainer });
  const message = await running.first;
  abort.abort(new Error('too late'));
  await t.throwsAsync(running.ended, { message: 'too late' });
  t.false(isAlive(message.type === 'predicted' ? message.classCount : Number.NaN));
});

/** The tiny dataset's training part, as a child reads it. */
const withTrainFile = (use: (trainFile: string) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const trainFile = path.join(folder, 'train.part');
    await writeFile(trainFile, encodePart(dataset.train));
    await use(trainFile);
  });

test('what is aborted while the process before it ends is killed as it begins', async (t) => {
  await withTrainFile(async (trainFile) => {
    const trainer = new Trainer(program);
    await succeed(trainer);
    const abort = new AbortController();
    const running = start('deaf', abort.signal, { trainer, threads: 2, trainFile });
    abort.abort(new Error('too early'));
    await t.throwsAsync(running.ended, { message: 'too early' });
    await trainer.close();
  });
});

test('a child that does nothing for too long is killed', async (t) => {
  await withTrainFile(async (trainFile) => {
    const trainer = new Trainer(program, 3_000);
    const { signal } = new AbortController();
    const { ended } = start('deaf', signal, { trainer, trainFile });
    await t.throwsAsync(ended, {
      instanceOf: FoldwiseError,
      message: 'the training process hung: no step ended for 0.05 min, and it was killed',
    });
  });
});

test('a child that is stopped while it waits does not hold up its end', async (t) => {
  const trainer = new Trainer(program);
  const pid = await succeed(trainer);
  process.kill(pid, 'SIGSTOP');
  await trainer.close();
  t.false(isAlive(pid));
});

test('a child that says that it failed, and then does not end, is ended', async (t) => {
  const { ended, messages } = start('hang', new AbortController().signal);
  await ended;
  t.like(messages, [{ type: 'failed' }]);
});

test('signals that meet a child before it has set anything up are left to its parent', async (t) => {
  const early = path.join(import.meta.dirname, '../helpers/programs/signalled-trainer.ts');
  const trainer = new Trainer(early);
  t.true(isAlive(await succeed(trainer)));
  await trainer.close();
});
