import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FoldwiseError } from '../errors.ts';

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
 * @throws FoldwiseError where what this process runs from was removed meanwhile
 */
export function childProgram(source: string): ChildProgram {
  const folder = process.env['FOLDWISE_COMPILED'];
  if (folder !== undefined) {
    const file = path.join(folder, path.relative(ROOT, source)).replace(/\.ts$/, '.js');
    if (existsSync(file)) return { file, loader: [] };
    if (!existsSync(folder)) {
      throw new FoldwiseError(
        `${folder}, from which this program runs, is no longer there; start it again`,
      );
    }
  }
  return { file: source, loader: ['--import', import.meta.resolve('tsx')] };
}
