import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { EngineError } from '../../shared/errors.ts';
import { lastLines, runTool, type ToolResult } from './tool.ts';

const reportSchema = z.object({
  /** What the library itself says, e.g. "2.21.0". */
  tensorflow: z.string(),
  /** "cpu" or the name of the GPU. */
  device: z.string(),
  product: z.array(z.number()),
});

export type ProbeReport = z.infer<typeof reportSchema>;

/** [[1, 2], [3, 4]] times [[5, 6], [7, 8]]. */
const PRODUCT = [19, 22, 43, 50];

/**
 * Loads the engine in a folder in a child process and has it multiply two matrices.
 *
 * @throws {EngineError} when it crashes, does not load or computes something else.
 */
export async function proveEngine(folder: string, signal?: AbortSignal): Promise<ProbeReport> {
  const result = await runTool({
    file: process.execPath,
    args: [
      ...['--import', import.meta.resolve('tsx')],
      fileURLToPath(import.meta.resolve('./probe.ts')),
      folder,
    ],
    // A crash would take along what quiet.cc holds back.
    environment: { TF_CPP_MIN_LOG_LEVEL: '0', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
    signal,
  });
  const report = readReport(result);
  if (report && String(report.product) === String(PRODUCT)) return report;
  throw new EngineError(`The TensorFlow engine in ${folder} does not work: ${explain(result)}`);
}

function readReport(result: ToolResult): ProbeReport | undefined {
  if (result.kind === 'missing' || result.exitCode !== 0) return undefined;
  const line = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return reportSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function explain(result: ToolResult): string {
  if (result.kind === 'missing') return `${process.execPath} is missing.`;
  const output = lastLines(result.stderr, 8);
  if (result.killedBy === 'SIGILL') {
    return `this processor lacks instructions (AVX) that the TensorFlow wheel uses.\n${output}`;
  }
  if (result.killedBy) return `it was ended by ${result.killedBy}.\n${output}`;
  if (result.exitCode !== 0) return `\n${output}`;
  return `it computed a wrong product of two matrices: ${result.stdout.trim()}`;
}
