import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { EngineError } from '../../shared/errors.ts';
import { childProgram } from '../../shared/program/child-program.ts';
import {
  type CudaReport,
  cudaReportSchema,
  describeUnresolved,
  unresolved,
} from './cuda/report.ts';
import { lastLines, runTool, type EndedTool } from './tool.ts';

const reportSchema = z.object({
  /** What the library itself says, e.g. "2.21.0". */
  tensorflow: z.string(),
  /** "cpu" or the name of the GPU. */
  device: z.string(),
  product: z.array(z.number()),
  /** In GPU engines. */
  cuda: cudaReportSchema.optional(),
});

export type ProbeReport = z.infer<typeof reportSchema>;

export interface Proof extends ProbeReport {
  /** What the library said of its own accord, chatter included. */
  readonly log: string;
}

const PROBE = fileURLToPath(new URL('./probe.ts', import.meta.url));

/** [[1, 2], [3, 4]] times [[5, 6], [7, 8]]. */
const PRODUCT = [19, 22, 43, 50];

/**
 * Loads the engine in a folder in a child process and has it multiply two matrices.
 *
 * @throws {EngineError} when it crashes, does not load or computes something else.
 */
export async function proveEngine(folder: string, signal?: AbortSignal): Promise<Proof> {
  const { file, loader } = childProgram(PROBE);
  const result = await runTool({
    file: process.execPath,
    args: [...loader, file, folder],
    // A crash would take along what quiet.cc holds back.
    environment: { TF_CPP_MIN_LOG_LEVEL: '0', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
    signal,
  });
  if (result.kind === 'missing') throw new EngineError(`${process.execPath} has gone.`);
  const report = readReport(result);
  if (report && String(report.product) === String(PRODUCT)) {
    return { ...report, log: result.stderr };
  }
  throw new EngineError(`The TensorFlow engine in ${folder} does not work: ${explain(result)}`);
}

/**
 * That every CUDA library which the engine will ask for resolves. A missing driver is no fault of
 * the engine.
 *
 * @throws {EngineError} naming the library and the wheel it should come from.
 */
export function assertCudaResolves({ cuda }: Pick<Proof, 'cuda'>): CudaReport {
  if (!cuda) throw new EngineError('This GPU engine has no cuda.node, with which it is proven.');
  const answers = unresolved(cuda);
  if (answers.length > 0) throw new EngineError(describeUnresolved(answers));
  return cuda;
}

function readReport(result: EndedTool): ProbeReport | undefined {
  if (result.exitCode !== 0) return undefined;
  const line = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return reportSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function explain(result: EndedTool): string {
  const output = lastLines(result.stderr, 8);
  if (result.killedBy === 'SIGILL') {
    return `this processor lacks instructions (AVX) that the TensorFlow wheel uses.\n${output}`;
  }
  if (result.killedBy) return `it was ended by ${result.killedBy}.\n${output}`;
  if (result.exitCode !== 0) return `\n${output}`;
  return `it computed a wrong product of two matrices: ${result.stdout.trim()}`;
}
