import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { readJson } from './json.ts';
import { engineKey, enginesFolder, type EngineRequest } from './location.ts';
import { checkEngine, type Engine } from './record.ts';
import { findTfjsPackage, TENSORFLOW_VERSION } from './versions.ts';

/** Name of a folder in the engines folder. */
const folder = z.string().regex(/^[\w.+-]+$/);

const selectionSchema = z.union([
  z.object({ variant: z.enum(['cpu', 'gpu']), folder }),
  z.object({ libtensorflow: z.string(), folder }),
]);

type Selection = z.infer<typeof selectionSchema>;

/** What is known of the selected engine; `request` installs its like. */
export type EngineState =
  | { readonly kind: 'ready'; readonly engine: Engine }
  | { readonly kind: 'none' }
  /** Made for other versions than this release wants. */
  | { readonly kind: 'outdated'; readonly request: EngineRequest; readonly reason: string }
  | { readonly kind: 'broken'; readonly request: EngineRequest; readonly reason: string };

const selectionFile = (engines: string): string => path.join(engines, 'selected.json');

/** Puts an engine into use, in one step. */
export async function selectEngine(
  engines: string,
  request: EngineRequest,
  key: string,
): Promise<void> {
  const selection: Selection = { ...request, folder: key };
  await writeFileAtomic(selectionFile(engines), `${JSON.stringify(selection, undefined, 2)}\n`);
}

/** Finds the selected engine and checks by the sizes of its files that it is whole. */
export function findEngine(engines: string = enginesFolder()): EngineState {
  const selection = readJson(selectionFile(engines), selectionSchema);
  if (!selection) return { kind: 'none' };
  const { folder: key, ...request } = selection;
  const wanted = wantedKey(request);
  if (wanted !== undefined && wanted !== key) {
    return { kind: 'outdated', request, reason: `it is ${key}, this release uses ${wanted}` };
  }
  const engine = checkEngine(path.join(engines, key));
  if ('reason' in engine) return { kind: 'broken', request, reason: engine.reason };
  const { version } = findTfjsPackage();
  if (engine.tfjs === version) return { kind: 'ready', engine };
  const reason = `it was built for tfjs-node-gpu ${engine.tfjs}, this release uses ${version}`;
  return { kind: 'outdated', request, reason };
}

/** Undefined for a library of the user's own, which may be of any version. */
function wantedKey(request: EngineRequest): string | undefined {
  if (!('variant' in request)) return undefined;
  const { platform, arch } = process;
  const tfjs = findTfjsPackage().version;
  const { variant } = request;
  return engineKey({ variant, tfjs, tensorflow: TENSORFLOW_VERSION, platform, arch });
}
