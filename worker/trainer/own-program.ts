import type { Execution } from '../../shared/domain.ts';
import { createProgram, type Program } from '../engine/compile/index.ts';
import type { TensorFlow } from '../engine/load.ts';
import type { Own } from './owned.ts';

/** Where an assignment's work is compiled to; null where it is to be run op by op. */
export function ownProgram(
  tf: TensorFlow,
  { step, xla = false }: Pick<Execution, 'step' | 'xla'>,
  own: Own,
): Program | null {
  if (step === 'eager') return null;
  const program = createProgram(tf, { xla });
  own({ dispose: async () => program.close() });
  return program;
}
