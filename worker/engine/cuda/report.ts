import path from 'node:path';
import { z } from 'zod';
import { DRIVER_LIBRARY, wheelOf } from './libraries.ts';

const answerSchema = z.object({
  name: z.string(),
  /** Who asks for it. */
  by: z.string(),
  /** Its path; empty where it did not load. */
  origin: z.string(),
  /** Why it did not load; empty where it did. */
  problem: z.string(),
});

/** What a child process found out about CUDA. */
export const cudaReportSchema = z.object({
  /** The folder of the engine, links resolved. */
  folder: z.string(),
  libraries: z.array(answerSchema),
  driver: z.object({
    /** Path of libcuda.so.1; empty where there is none. */
    origin: z.string(),
    /** The driver's own error, e.g. "CUDA_ERROR_NO_DEVICE", or the loader's; empty without. */
    problem: z.string(),
    /** The CUDA that the driver speaks: 12090 is 12.9; 0 where not known. */
    version: z.int(),
    /** Visible GPUs in CUDA's order; a capability of 90 is 9.0. */
    gpus: z.array(z.object({ name: z.string(), capability: z.int() })),
  }),
});

export type LibraryAnswer = z.infer<typeof answerSchema>;
export type CudaReport = z.infer<typeof cudaReportSchema>;

/** Libraries that are there, and whose trouble is the driver's, count as resolved. */
export function unresolved({ libraries }: CudaReport): readonly LibraryAnswer[] {
  return libraries.filter(({ problem }) => problem !== '' && !isDriversTrouble(problem));
}

/** Without a driver, or with one that lacks a function of CUDA's driver interface (cu…). */
function isDriversTrouble(problem: string): boolean {
  return problem.startsWith(`${DRIVER_LIBRARY}:`) || /: undefined symbol: cu[A-Z]/.test(problem);
}

/** Libraries that came from elsewhere, because LD_LIBRARY_PATH goes before the engine's own. */
export function foreign({ libraries, folder }: CudaReport): readonly LibraryAnswer[] {
  const isInside = (file: string): boolean => !path.relative(folder, file).startsWith('..');
  return libraries.filter(({ origin }) => origin !== '' && !isInside(origin));
}

/** One sentence: what is missing, who asks for it, and where it should come from. */
export function describeUnresolved(answers: readonly LibraryAnswer[]): string {
  const [first] = answers;
  if (!first) return 'Every CUDA library resolves.';
  const { by, problem } = first;
  const missing = /^(\S+): cannot open shared object file/.exec(problem)?.[1] ?? first.name;
  const wheel = wheelOf(path.basename(missing));
  const source = wheel === undefined ? '' : ` and the wheel ${wheel} should bring`;
  const others = new Set(answers.slice(1).map(({ name }) => name)).size;
  const more = ['', ', nor does another'][others] ?? `, nor do ${others} others`;
  const asks = missing === first.name ? `${by} asks for` : `${first.name} needs`;
  return `The CUDA library ${missing}, which ${asks}${source}, does not load (${problem})${more}.`;
}
