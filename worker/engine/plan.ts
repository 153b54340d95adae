import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { findLibrary, type TensorFlowLibrary } from './library.ts';
import { engineKey, type EngineRequest, type EngineVariant } from './location.ts';
import { assertWheelsRun, type Host } from './platform.ts';
import { findTfjsPackage, TENSORFLOW_VERSION } from './versions.ts';

/** What is going to be installed, and the name of its folder. */
export type EnginePlan = {
  readonly request: EngineRequest;
  readonly key: string;
  readonly tfjs: string;
} & (
  | { readonly variant: 'cpu' | 'gpu' }
  | { readonly variant: 'custom'; readonly library: TensorFlowLibrary }
);

/**
 * Decides what an engine is made of.
 *
 * @throws {EngineError} where the wheels do not run.
 * @throws {UsageError} where the user's library is not what it should be.
 */
export function planEngine(request: EngineRequest, host: Host): EnginePlan {
  const tfjs = findTfjsPackage().version;
  const { platform, arch } = host;
  const keyFor = (variant: EngineVariant, tensorflow: string) =>
    engineKey({ variant, tfjs, tensorflow, platform, arch });
  if ('variant' in request) {
    const { variant } = request;
    assertWheelsRun(host);
    return { request, variant, tfjs, key: keyFor(variant, TENSORFLOW_VERSION) };
  }
  const libtensorflow = path.resolve(request.libtensorflow);
  const library = findLibrary(libtensorflow);
  const key = keyFor('custom', identify(library));
  return { request: { libtensorflow }, variant: 'custom', tfjs, library, key };
}

/** Another library, or the same one changed, gets another engine. */
function identify({ folder, names }: TensorFlowLibrary): string {
  const files = names.map((name) => realpathSync(path.join(folder, name)));
  const identity = files.map((file) => {
    const { size, mtimeMs } = statSync(file);
    return [file, size, mtimeMs];
  });
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
}
