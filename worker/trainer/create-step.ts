import type { StepKind } from '../../shared/domain.ts';
import { type Program, UntraceableError } from '../engine/compile/index.ts';
import type { TensorFlow } from '../engine/load.ts';
import { createCompiledStep } from './compiled-step.ts';
import { createEagerStep } from './eager-step.ts';
import type { StepDefinition, TrainingStep } from './step.ts';

export interface StepOptions {
  /** Where the step is compiled to; null to run it op by op. */
  readonly program: Program | null;
  readonly dropoutSeed: number;
  readonly batchSize: number;
  readonly onWarning: (message: string) => void;
}

/**
 * The step as wanted, if it can be: what cannot be compiled runs op by op, with a warning that
 * names the op in the way.
 */
export async function createStep(
  tf: TensorFlow,
  definition: StepDefinition,
  options: StepOptions,
): Promise<{ readonly kind: StepKind; readonly step: TrainingStep }> {
  const { program, onWarning } = options;
  if (program !== null) {
    try {
      return { kind: 'compiled', step: await createCompiledStep(program, definition, options) };
    } catch (error) {
      if (!(error instanceof UntraceableError)) throw error;
      onWarning(`${error.message}. This model is trained op by op, which is slower.`);
    }
  }
  return { kind: 'eager', step: createEagerStep(tf, definition, options) };
}
