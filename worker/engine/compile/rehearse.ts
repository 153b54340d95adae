import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { backendOf } from './backend.ts';
import { giveFirstValues, Outside } from './first-values.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { Program } from './program.ts';
import { type InputSpec, type Step, type Trace, traceStep } from './trace.ts';
import type { Source } from './trace-binding.ts';
import { UntraceableError } from './trace-error.ts';

/** Optimizers make their slots at the first step; a step that goes on making some has no end. */
const MOST_REHEARSALS = 3;
const CHANGES_OTHERS =
  'changes other variables when it makes some than later on; make its variables before';
export const MAKES_VARIABLES = 'makes new variables each time it runs';

/** What a step did. */
export type Rehearsal = Pick<Trace, 'recording' | 'isKeeping' | 'changed'>;

/** Inputs of a step, by name. */
type Specs = Readonly<Record<string, InputSpec>>;

/**
 * Traces a step into a graph that is thrown away, to see what it does. Variables that it makes when
 * it first runs, such as the slots of an optimizer, exist afterwards, with their first values.
 */
export async function rehearse(program: Program, step: Step, inputs: Specs): Promise<Rehearsal> {
  let before: Rehearsal | undefined;
  for (let count = 1; count <= MOST_REHEARSALS; count++) {
    const rehearsal = await rehearseOnce(program, step, inputs);
    if (before && !isSame(before.changed, rehearsal.changed)) {
      throw new UntraceableError('the step', CHANGES_OTHERS);
    }
    if (!rehearsal.hasCreated) return rehearsal;
    before = rehearsal;
  }
  throw new UntraceableError('the step', MAKES_VARIABLES);
}

const isSame = <T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean =>
  one.size === other.size && [...one].every((item) => other.has(item));

async function rehearseOnce(
  program: Program,
  step: Step,
  inputs: Specs,
): Promise<Rehearsal & { readonly hasCreated: boolean }> {
  const { tf, native } = program;
  const builder = new GraphBuilder(native);
  const outside = new Outside(backendOf(tf).binding, builder, program);
  const created = new Map<Variable, Source>();
  const { hold, read } = outside;
  const finish = async () => giveFirstValues(tf, { native, builder, outside, created });
  try {
    const { recording, isKeeping, changed } = traceStep(tf, step, {
      builder,
      inputs,
      hold,
      read,
      created,
    });
    const hasCreated = created.size > 0;
    await finish();
    return { recording, isKeeping, changed, hasCreated };
  } catch (error) {
    // It may go on op by op, with the variables that it has made.
    await finish().catch(() => undefined);
    throw error;
  } finally {
    native.close(builder.graph);
  }
}
