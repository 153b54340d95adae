import path from 'node:path';
import test from 'ava';
import { FoldwiseError } from '../../shared/errors.ts';
import { runTrainer } from '../../worker/runner.ts';
import type { ChildMessage } from '../../worker/trainer/messages.ts';
import { asRunId } from '../../shared/domain.ts';
import { datasetInfo } from '../../shared/data/digest.ts';
import { dataset, tinyPlan } from '../helpers/with-coordinator.ts';

const program = path.join(import.meta.dirname, '../helpers/programs/scripted-trainer.ts');
const scripts = { complete: 0, crash: 1, hang: 2, leave: 3 };

function start(script: keyof typeof scripts, signal: AbortSignal) {
  const messages: ChildMessage[] = [];
  const lines: string[] = [];
  let onFirst: (message: ChildMessage) => void = () => undefined;
  const first = new Promise<ChildMessage>((resolve) => (onFirst = resolve));
  const { training, validation } = tinyPlan(2);
  const assignment = {
    run: asRunId('r'),
    fold: 0,
    attempt: 1,
    seed: scripts[script],
    dataset: datasetInfo(dataset),
    validation: validation[0]!,
    training,
    threads: 3,
    step: 'eager',
  } as const;
  const ended = runTrainer({
    assignment: { type: 'train', assignment, trainFile: 'none', outputDir: 'none' },
    program,
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
