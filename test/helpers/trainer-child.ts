import { fork, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childProgram } from '../../shared/program/child-program.ts';
import { threadEnvironment } from '../../worker/engine/environment.ts';
import type { ChildMessage } from '../../worker/trainer/messages.ts';

const TRAINER = childProgram(
  fileURLToPath(new URL('../../worker/trainer/main.ts', import.meta.url)),
);

/** Starts the training process as a worker does. */
export const forkTrainer = (stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'ipc']) =>
  fork(TRAINER.file, {
    execArgv: [...TRAINER.loader],
    env: { ...process.env, ...threadEnvironment(1) },
    stdio,
    serialization: 'advanced',
  });

/** The next message of that type; rejects where the child ends first. */
export async function heard<Type extends ChildMessage['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<ChildMessage, { type: Type }>> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: ChildMessage) => {
      if (message.type === type) resolve(message as Extract<ChildMessage, { type: Type }>);
      else if (message.type === 'failed') reject(new Error(message.message));
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`ended before "${type}": ${signal ?? `exit code ${code}`}`));
    });
  });
}

/** Exit code, or the signal that ended the child. ("close" does not come after disconnect().) */
export async function ended(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? code ?? NaN;
}
