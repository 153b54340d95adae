import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { LIBRARY_LINKS } from './libraries.ts';

/** Lays links to libraries where those who ask for them look. `nvidia` is a wheels' folder. */
export async function linkLibraries(nvidia: string): Promise<void> {
  for (const { name, from, into } of LIBRARY_LINKS) {
    const link = path.join(nvidia, into, 'lib', name);
    const target = path.join('..', '..', from, 'lib', name);
    // What is missing is found, and named, when the engine is proven.
    if (existsSync(path.dirname(link)) && !existsSync(link)) await symlink(target, link);
  }
}
