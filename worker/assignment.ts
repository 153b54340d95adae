import { rm } from 'node:fs/promises';
import { asError } from '../shared/errors.ts';
import { evaluate } from './evaluate-model.ts';
import { describeFailure } from './failure.ts';
import { makeScratch } from './scratch.ts';
import { trainFold } from './train-fold.ts';
import {
  idOf,
  type Assignment,
  type AttemptEnding,
  type Control,
  type Workplace,
} from './workplace.ts';

/**
 * Carries an assignment out and reports its result, or its failure, to the coordinator. Never
 * rejects; an aborted signal ends it without a report.
 */
export async function carryOut(
  place: Workplace,
  work: Assignment,
  control: Control,
): Promise<AttemptEnding> {
  let folder: string | null = null;
  try {
    folder = await makeScratch();
    return work.kind === 'fold'
      ? await trainFold(place, work.assignment, { ...control, folder })
      : await evaluate(place, work.assignment, { ...control, folder });
  } catch (thrown) {
    if (control.signal.aborted) return 'drained';
    const failure = describeFailure(asError(thrown));
    const { task, fold, attempt } = idOf(work);
    place.onState(`${task} ${fold}, attempt ${attempt}, failed: ${failure.message}`);
    place.say({ body: 'failed', id: { task, fold, attempt }, ...failure });
    return 'told';
  } finally {
    // What is left in a folder for temporary files is no reason to fail.
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
