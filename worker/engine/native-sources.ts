import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders with the C++ of the part of an engine that runs graphs. */
const FOLDERS = ['compile', 'kernels'] as const;
const SINGLE_FILES = ['quiet.cc', 'cuda/cuda.cc'] as const;

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Absolute paths of what is compiled into graph.node. */
export function graphSources(): string[] {
  return nativeFiles().filter((file) => file.endsWith('.cc'));
}

/** Changes whenever what is compiled for an engine does, so that no engine is older than its code. */
export function sourcesDigest(): string {
  const hash = createHash('sha256');
  const singles = SINGLE_FILES.map((name) => path.join(HERE, name));
  for (const file of [...nativeFiles(), ...singles]) {
    hash.update(`${path.relative(HERE, file)}\n`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 8);
}

function nativeFiles(): string[] {
  return FOLDERS.flatMap((folder) => {
    const names = readdirSync(path.join(HERE, folder)).filter((name) => /\.(cc|h)$/.test(name));
    return names.sort().map((name) => path.join(HERE, folder, name));
  });
}
