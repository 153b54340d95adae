/**
 * The process that trains and evaluates for a worker: one assignment after the other, until one
 * fails. Started with an IPC channel and with TensorFlow's thread variables in its environment.
 *
 * Signals that reach the whole process group are left to the parent, which ends this process by
 * `stop`, by closing the channel or by SIGKILL. When the parent disappears the channel closes.
 */
import './leave-signals.js';
import { rmSync } from 'node:fs';
import { loadTensorFlow, type TensorFlow } from '../engine/load.ts';
import { AwaitedState } from './awaited-state.ts';
import { dieWithParent } from './die-with-parent.ts';
import type { ChildMessage, ParentMessage } from './messages.ts';
import { yieldToEventLoop } from './pause.ts';
import { serve } from './serve.ts';
import { SignsOfLife } from './signs-of-life.ts';

dieWithParent();

let outputDir: string | null = null;
let isDraining = false;
let state = new AwaitedState();
const life = new SignsOfLife(() => send({ type: 'alive' }));
process.on('disconnect', () => {
  // The parent, which would have removed it, is gone.
  if (outputDir !== null) rmSync(outputDir, { recursive: true, force: true });
  process.exit(0);
});
process.on('message', (message: ParentMessage) => {
  if (message.type === 'stop') process.exit(0);
  if (message.type === 'drain') {
    isDraining = true;
    return state.settle();
  }
  if (message.type === 'settled') return state.settle(message.epoch);
  isDraining = false;
  state = new AwaitedState();
  outputDir = message.type === 'train' ? message.outputDir : null;
  void serve(message, {
    loadTensorFlow: loadOnce,
    send,
    pause: async () => {
      await yieldToEventLoop();
      await life.noteStep();
    },
    isDraining: () => isDraining,
    untilStateSettled: () => life.during(state.untilSettled()),
    logError: (text) => process.stderr.write(`${text}\n`),
  }).then(
    (ending) => {
      outputDir = null;
      if (ending !== 'done') process.exit(ending === 'failed' ? 0 : 1);
    },
    // Only sending can fail here: nobody listens any more.
    () => process.exit(1),
  );
});

let loaded: TensorFlow | undefined;
function loadOnce(): TensorFlow {
  return (loaded ??= loadTensorFlow());
}

async function send(message: ChildMessage): Promise<void> {
  if (message.type === 'state') state.handedOver(message.info.epoch);
  await new Promise<void>((resolve, reject) => {
    if (!process.send) throw new Error('this program is started by a worker, with an IPC channel');
    process.send(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
