import type { EvaluationAssignment } from '../shared/domain.ts';
import { fetchModel } from './models.ts';
import { obtainPart } from './obtain-part.ts';
import { persistently } from './persist.ts';
import { runChild } from './run-child.ts';
import { persistence, type AttemptEnding, type Control, type Workplace } from './workplace.ts';

/**
 * Scores the selected model on one part and tells the result. It takes little time and has no
 * state to save: a worker that has to leave gives it up.
 */
export async function evaluate(
  place: Workplace,
  assignment: EvaluationAssignment,
  control: Control & { readonly folder: string },
): Promise<AttemptEnding> {
  const { drain } = control;
  const signal = AbortSignal.any([control.signal, drain]);
  try {
    await score(place, assignment, { ...control, signal });
    return 'told';
  } catch (error) {
    if (drain.aborted) return 'drained';
    throw error;
  }
}

async function score(
  place: Workplace,
  assignment: EvaluationAssignment,
  { folder, signal }: Control & { readonly folder: string },
): Promise<void> {
  const { fold, attempt, part, images } = assignment;
  const { onState } = place;
  const imagesFile = await obtainPart(place, assignment, { part, images, signal });
  await persistently(
    `the download of the model of fold ${fold}`,
    (client) => fetchModel(client, assignment, folder, signal),
    persistence(place, signal),
  );
  onState(`evaluating the model of fold ${fold} on the ${part} part`);
  const message = await runChild({
    assignment: { type: 'evaluate', assignment, imagesFile, modelDir: folder },
    ...{ place, id: { task: part, fold, attempt }, signal },
  });
  if (message.type !== 'evaluated') throw new Error(`expected a score, got ${message.type}`);
  place.say({ body: 'evaluationResult', result: message.result });
}
