import { EngineError, UsageError } from '../shared/errors.ts';
import { installEngine } from '../worker/engine/install.ts';
import { describeAbsence } from '../worker/engine/load.ts';
import type { EngineRequest } from '../worker/engine/location.ts';
import type { Engine } from '../worker/engine/record.ts';
import { findEngine } from '../worker/engine/selection.ts';
import type { Context } from './context.ts';
import { paintFor } from './terminal.ts';

export interface InstallFlags {
  readonly gpu?: boolean;
  readonly libtensorflow?: string;
}

/** Tells which engine is in use. @throws EngineError without one */
export function tellEngine(context: Context): void {
  const state = findEngine();
  if (state.kind === 'ready') return report(state.engine, context);
  throw new EngineError(`${describeAbsence(state)}. Run "foldwise engine install".`);
}

/** Installs the engine that was asked for and tells where it lies. */
export async function installHere(flags: InstallFlags, context: Context): Promise<void> {
  const engine = await installEngine(readRequest(flags), {
    signal: context.signal,
    onProgress: (message) => {
      context.stderr.write(`${paintFor(context.stderr)('dim', message)}\n`);
    },
  });
  report(engine, context);
}

function readRequest({ gpu, libtensorflow }: InstallFlags): EngineRequest {
  if (libtensorflow === undefined) return { variant: gpu ? 'gpu' : 'cpu' };
  if (libtensorflow === '') throw new UsageError('--libtensorflow: expected a folder, got ""');
  return { libtensorflow };
}

function report({ variant, tfjs, tensorflow, folder }: Engine, { stdout }: Context): void {
  const paint = paintFor(stdout);
  stdout.write(
    `${paint('bold', `TensorFlow ${tensorflow} (${variant})`)} for tfjs-node-gpu ${tfjs}, ` +
      `in ${folder}\n`,
  );
}
