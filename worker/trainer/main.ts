/**
 * The process that trains or evaluates for a worker: one assignment, then it ends. Started with
 * an IPC channel and with TensorFlow's thread variables in its environment.
 *
 * Signals that reach the whole process group are left to the parent, which ends this process by
 * `stop`, by closing the channel or by SIGKILL. When the parent disappears the channel closes.
 */
import { rmSync } from 'node:fs';
import { loadTensorFlow } from '../engine/load.ts';
import type { ChildMessage, ParentMessage } from './messages.ts';
import { yieldToEventLoop } from './pause.ts';
import { serve } from './serve.ts';

// SIGUSR1 would otherwise start Node's debugger.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
  process.on(signal, () => undefined);
}
let outputDir: string | null = null;
process.on('disconnect', () => {
  // The parent, which would have removed it, is gone.
  if (outputDir !== null) rmSync(outputDir, { recursive: true, force: true });
  process.exit(0);
});
process.once('message', (first: ParentMessage) => {
  if (first.type === 'stop') process.exit(0);
  if (first.type === 'train') ({ outputDir } = first);
  process.on('message', (later: ParentMessage) => {
    if (later.type === 'stop') process.exit(0);
  });
  void serve(first, {
    loadTensorFlow,
    send,
    pause: yieldToEventLoop,
    logError: (text) => process.stderr.write(`${text}\n`),
  }).then(
    (exitCode) => process.exit(exitCode),
    // Only sending can fail here: nobody listens any more.
    () => process.exit(1),
  );
});

async function send(message: ChildMessage): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    if (!process.send) throw new Error('this program is started by a worker, with an IPC channel');
    process.send(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
