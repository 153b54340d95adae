import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DataError } from '../../../shared/errors.ts';
import { childProgram } from '../../../shared/program/child-program.ts';
import type { ArchitectureFacts } from './describe-architecture.ts';
import type { InspectionReply, InspectionRequest } from './inspect-messages.ts';

const PROGRAM = fileURLToPath(new URL('./inspect-main.ts', import.meta.url));
/** A network of a thousand layers takes seconds. */
const PATIENCE_MS = 60_000;

export interface InspectOptions {
  readonly signal: AbortSignal;
  readonly patienceMs?: number;
}

/**
 * Checks in a process of its own, and without an engine, that tfjs can build a network and that it
 * fits the data.
 *
 * @throws {DataError} with one sentence, also where that takes too long; the signal's reason
 */
export async function inspectArchitecture(
  request: InspectionRequest,
  { signal, patienceMs = PATIENCE_MS }: InspectOptions,
): Promise<ArchitectureFacts> {
  const { shownAs } = request.use;
  signal.throwIfAborted();
  const { file, loader } = childProgram(PROGRAM);
  const child = fork(file, {
    execArgv: ['--max-old-space-size=1024', ...loader],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const kill = (): void => void child.kill('SIGKILL');
  giveUp.addEventListener('abort', kill, { once: true });
  try {
    child.send(request, () => undefined);
    const reply = await lastReply(child);
    if (reply?.type === 'facts') return reply.facts;
    signal.throwIfAborted();
    if (reply?.type === 'refused') throw new DataError(reply.message);
    const why = giveUp.aborted ? `in ${patienceMs / 1000} s` : (reply?.message ?? 'in its memory');
    throw new DataError(`${shownAs} cannot be made sense of: ${why}`);
  } finally {
    giveUp.removeEventListener('abort', kill);
  }
}

async function lastReply(child: ChildProcess): Promise<InspectionReply | undefined> {
  let reply: InspectionReply | undefined;
  child.on('message', (message: InspectionReply) => (reply = message));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(reply));
  });
}
