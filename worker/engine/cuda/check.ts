import { accessSync, constants, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { asError } from '../../../shared/errors.ts';
import { CUDA_FILE, WHEEL_FOLDER } from '../location.ts';
import { COMPILER_FILES, DRIVER_LIBRARY, LIBRARY_REQUESTS, TENSORFLOW } from './libraries.ts';
import type { CudaReport, LibraryAnswer } from './report.ts';

/** What cuda.cc, built into every GPU engine, offers. */
export interface CudaProbe {
  ask(name: string): string;
  open(file: string): string;
  origin(name: string): string;
  searchPath(name: string): string[];
  driver(): Omit<CudaReport['driver'], 'origin'>;
}

export function loadCudaProbe(engineFolder: string): CudaProbe {
  return createRequire(import.meta.url)(path.join(engineFolder, CUDA_FILE)) as CudaProbe;
}

/**
 * Asks for every CUDA library as the engine will: TensorFlow's through TensorFlow itself, those
 * that NVIDIA's libraries open along the search path of whoever asks. Needs no GPU and no driver,
 * but TensorFlow loaded in this process, which should end soon: it now holds gigabytes of code.
 */
export function checkCuda(engineFolder: string): CudaReport {
  const cuda = loadCudaProbe(engineFolder);
  const nvidia = path.join(engineFolder, WHEEL_FOLDER, 'nvidia');
  return {
    folder: realpathSync(engineFolder),
    // First, since libraries that are linked with it load only where it is there.
    driver: checkDriver(cuda),
    libraries: [
      ...LIBRARY_REQUESTS.flatMap(({ by, names }) => names.map((name) => answer(cuda, by, name))),
      ...COMPILER_FILES.map((name) => checkFile(path.join(nvidia, name))),
    ],
  };
}

function answer(cuda: CudaProbe, by: string, name: string): LibraryAnswer {
  const problem = by === TENSORFLOW ? cuda.ask(name) : openFor(cuda, by, name);
  const origin = problem === '' ? cuda.origin(name) : '';
  return { name, by, origin: origin === '' ? '' : realpathSync(origin), problem };
}

/** What the loader does when a library opens another by name; where it looks last does not count. */
function openFor(cuda: CudaProbe, by: string, name: string): string {
  const files = cuda.searchPath(by).map((folder) => path.join(folder, name));
  const file = files.find((candidate) => isReadable(candidate));
  if (file !== undefined) return cuda.open(file);
  return `${name}: cannot open shared object file: not in the search path of ${by}`;
}

/** Files of the compiler, which XLA looks for beside TensorFlow's library. */
function checkFile(file: string): LibraryAnswer {
  const name = path.basename(file);
  const by = 'XLA';
  try {
    accessSync(file, name === 'ptxas' ? constants.X_OK : constants.R_OK);
    return { name, by, origin: realpathSync(file), problem: '' };
  } catch (error) {
    return { name, by, origin: '', problem: asError(error).message };
  }
}

function checkDriver(cuda: CudaProbe): CudaReport['driver'] {
  const problem = cuda.ask(DRIVER_LIBRARY);
  if (problem !== '') return { origin: '', problem, version: 0, gpus: [] };
  return { origin: cuda.origin(DRIVER_LIBRARY), ...cuda.driver() };
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
