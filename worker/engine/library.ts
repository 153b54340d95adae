import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../shared/errors.ts';

/** A TensorFlow C library and its headers. */
export interface TensorFlowLibrary {
  /** The folder with the shared libraries, links resolved. */
  readonly folder: string;
  /** File names in it, those to link with: the library, and its framework part if apart. */
  readonly names: readonly string[];
  /** The folder in which `tensorflow/c/c_api.h` lies. */
  readonly include: string;
}

const MAIN = /^libtensorflow(_cc)?\.so(\.\d+)*$/;
const FRAMEWORK = /^libtensorflow_framework\.so(\.\d+)*$/;
const HEADERS = ['tensorflow/c/c_api.h', 'tensorflow/c/eager/c_api.h'];

/** The library in the `tensorflow/` folder of an unpacked wheel. */
export function wheelLibrary(tensorflow: string): TensorFlowLibrary {
  return {
    folder: tensorflow,
    names: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    include: path.join(tensorflow, 'include'),
  };
}

/**
 * Finds a library of the user's own: DIR as unpacked from a libtensorflow archive (`lib/`,
 * `include/`), or with the libraries directly in it, as in a wheel's `tensorflow/` folder.
 *
 * @throws {UsageError} naming what is not there.
 */
export function findLibrary(directory: string): TensorFlowLibrary {
  const root = path.resolve(directory);
  if (!existsSync(root)) throw new UsageError(`--libtensorflow: there is no folder ${root}.`);
  const folder = [path.join(root, 'lib'), root].find((place) => shortest(place, MAIN));
  if (!folder) {
    throw new UsageError(
      `--libtensorflow: expected lib/libtensorflow.so, libtensorflow.so.2 or ` +
        `libtensorflow_cc.so.2 in ${root}, found none of them.`,
    );
  }
  const include = path.join(root, 'include');
  const absent = HEADERS.find((header) => !existsSync(path.join(include, header)));
  if (absent) {
    throw new UsageError(
      `--libtensorflow: expected the header ${path.join(include, absent)}, which is not there.`,
    );
  }
  const names = [shortest(folder, MAIN), shortest(folder, FRAMEWORK)].filter(isPresent);
  return { folder: realpathSync(folder), names, include };
}

/** Of libtensorflow.so, .so.2 and .so.2.21.0, links to one another, the first. */
function shortest(folder: string, pattern: RegExp): string | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort((one, other) => one.length - other.length)[0];
}

const isPresent = (name: string | undefined): name is string => name !== undefined;
