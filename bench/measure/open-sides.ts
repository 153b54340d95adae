import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { threadEnvironment } from '../../worker/engine/environment.ts';
import { type Session, startSide } from '../session.ts';
import type { Side } from '../side.ts';

/** The three programs that train when told. */

const here = (file: string): string => fileURLToPath(new URL(`../sides/${file}`, import.meta.url));

/** How Node runs a program of ours. */
export const nodeArguments = (file: string, args: readonly string[]): string[] => [
  ...['--import', import.meta.resolve('tsx')],
  here(file),
  ...args,
];

export const openFoldwise = (session: Session, threads: number): Promise<Side> =>
  startSide(session, {
    name: `Foldwise (${threads} threads)`,
    file: process.execPath,
    args: nodeArguments('foldwise.ts', [session.data.bytes]),
    env: threadEnvironment(threads),
  });

/** How tfjs by itself has TensorFlow handle memory; Foldwise's loading sets it otherwise. */
const STOCK_MEMORY = { TF_CPU_ALLOCATOR_USE_BFC: 'false' };

export const openFit = (session: Session): Promise<Side> =>
  startSide(session, {
    name: 'model.fit',
    file: process.execPath,
    args: nodeArguments('model-fit.ts', [session.data.bytes, String(session.images)]),
    env: { ...threadEnvironment(session.cores.length), ...STOCK_MEMORY },
  });

export function openTorch(session: Session, python: string): Promise<Side> {
  const { data, cores, device, temporary } = session;
  return startSide(session, {
    name: 'PyTorch',
    file: python,
    args: [here('torch_side.py'), data.bytes, String(cores.length), device],
    env: pythonEnvironment(cores.length, temporary),
  });
}

/** What PyTorch, its compiler and joblib write goes with the other temporary files. */
export const pythonEnvironment = (threads: number, temporary: string): Record<string, string> => ({
  OMP_NUM_THREADS: String(threads),
  PYTHONDONTWRITEBYTECODE: '1',
  TMPDIR: temporary,
  TORCHINDUCTOR_CACHE_DIR: path.join(temporary, 'inductor'),
  TRITON_CACHE_DIR: path.join(temporary, 'triton'),
  JOBLIB_TEMP_FOLDER: temporary,
});

export const skorchProgram = here('skorch_side.py');
