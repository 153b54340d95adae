import path from 'node:path';
import { makeFolder } from '../../shared/durable-files.ts';
import { asError, EngineError } from '../../shared/errors.ts';
import { enginesFolder, type EngineRequest } from './location.ts';
import { withLock } from './lock.ts';
import { makeEngine } from './make.ts';
import { createPartial, moveIntoPlace, removeFolder, removeLeftovers } from './partial.ts';
import { type EnginePlan, planEngine } from './plan.ts';
import { currentHost, type Host } from './platform.ts';
import { assertCudaResolves, proveEngine } from './prove.ts';
import { checkEngine, type Engine } from './record.ts';
import { selectEngine } from './selection.ts';

export interface InstallOptions {
  /** Receives what is going on, a line at a time. */
  readonly onProgress: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly engines?: string;
  readonly host?: Host;
}

/**
 * Installs an engine and selects it. Everything goes into a new folder, which gets its name
 * only after a child process has computed with what lies in it: killed at any moment, this
 * leaves the engines there were, and a rerun starts afresh. One installer works at a time;
 * another waits, and then uses what the first has made.
 *
 * @throws {EngineError} saying which step failed and what to do; the signal's reason on abort.
 */
export async function installEngine(
  request: EngineRequest,
  options: InstallOptions,
): Promise<Engine> {
  const { onProgress, signal, engines = enginesFolder(), host = currentHost() } = options;
  const plan = planEngine(request, host);
  await createEnginesFolder(engines);
  const onWait = () => onProgress('Another foldwise is installing the engine; waiting for it');
  return withLock({ folder: engines, onWait, signal }, async () => {
    await removeLeftovers(engines);
    const engine =
      (await findWorking(path.join(engines, plan.key), options)) ??
      (await installNew(plan, engines, options));
    await selectEngine(engines, plan.request, plan.key);
    return engine;
  });
}

async function createEnginesFolder(engines: string): Promise<void> {
  try {
    await makeFolder(engines);
  } catch (error) {
    throw new EngineError(
      `The folder for engines, ${engines}, cannot be made (${asError(error).message}). ` +
        'Set FOLDWISE_CACHE to a folder that can be written to.',
      { cause: error },
    );
  }
}

/** The engine that is there already, if it still computes. */
async function findWorking(
  folder: string,
  { onProgress, signal }: InstallOptions,
): Promise<Engine | undefined> {
  const found = checkEngine(folder);
  if ('reason' in found) return undefined;
  try {
    const proof = await proveEngine(folder, signal);
    if (found.variant === 'gpu') assertCudaResolves(proof);
    return found;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof EngineError)) throw error;
    onProgress(`${error.message}\nInstalling it again`);
    return undefined;
  }
}

async function installNew(
  plan: EnginePlan,
  engines: string,
  { onProgress, signal }: InstallOptions,
): Promise<Engine> {
  const partial = await createPartial(engines, plan.key);
  try {
    await makeEngine({ plan, folder: partial, onProgress, signal });
    const folder = path.join(engines, plan.key);
    await moveIntoPlace(partial, folder);
    const engine = checkEngine(folder);
    if ('reason' in engine) throw new EngineError(engine.reason);
    return engine;
  } finally {
    await removeFolder(partial);
  }
}
