import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * tfjs-node calls functions of `util` that Node 22 warns of (DEP0051, DEP0044) and Node 23
 * removed (https://github.com/tensorflow/tfjs/issues/8425). Gives the module plain ones.
 */
export function provideUtilFunctions(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  util['isArray'] = Array.isArray;
}

interface PreBinding {
  find: (manifest: string) => string;
}

/**
 * Runs `load` while tfjs-node's search for its binding answers `binding`, so that nothing
 * has to lie inside node_modules, which may be read-only and which `npm ci` empties.
 */
export function withBinding<T>(binding: string, tfjsFolder: string, load: () => T): T {
  const requireThere = createRequire(path.join(tfjsFolder, 'package.json'));
  const preBinding = requireThere('@mapbox/node-pre-gyp/lib/pre-binding') as PreBinding;
  const { find } = preBinding;
  preBinding.find = () => binding;
  try {
    return load();
  } finally {
    preBinding.find = find;
  }
}
