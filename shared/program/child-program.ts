import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A program of the project as Node is to start it. */
export interface ChildProgram {
  readonly file: string;
  /** Arguments of Node that go before it. */
  readonly loader: readonly string[];
}

/**
 * How to start a program of the project in a process of its own: compiled, where this process runs
 * from what was compiled (cli/foldwise.js says where by FOLDWISE_COMPILED).
 *
 * @param source - the absolute path of its TypeScript
 */
export function childProgram(source: string): ChildProgram {
  const folder = process.env['FOLDWISE_COMPILED'];
  if (folder !== undefined) {
    const file = path.join(folder, path.relative(ROOT, source)).replace(/\.ts$/, '.js');
    if (existsSync(file)) return { file, loader: [] };
  }
  return { file: source, loader: ['--import', import.meta.resolve('tsx')] };
}
