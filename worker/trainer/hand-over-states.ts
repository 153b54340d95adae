import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { sha256 } from '../../shared/data/digest.ts';
import type { CheckpointInfo, FoldAssignment } from '../../shared/domain.ts';
import { asError } from '../../shared/errors.ts';
import type { StateOptions } from './keep-states.ts';
import type { ChildMessage } from './messages.ts';
import { encodeTrainingState } from './training-state-file.ts';
import { positionOf, type Position, type TrainingState } from './training-state.ts';

/** The training was ended before its time, as asked, once its state was handed over. */
export class Drained extends Error {
  override readonly name = 'Drained';
}

export interface HandOverOptions {
  readonly assignment: FoldAssignment;
  /** Takes the files. */
  readonly folder: string;
  /** Asked to end as soon as a step does. */
  readonly isDraining: () => boolean;
  readonly send: (message: ChildMessage) => Promise<void>;
}

/**
 * Hands the states that an assignment asks for to the parent, as files. A state that cannot be
 * written is told as a warning, once, and fails nothing.
 */
export function handOverStates(
  options: HandOverOptions,
): Required<Pick<StateOptions, 'isStateDue' | 'onState'>> {
  const { assignment, isDraining, send } = options;
  let isWarned = false;
  const onState = async (state: TrainingState): Promise<void> => {
    try {
      const saved = await saveState(state, options);
      await send({ type: 'state', ...saved });
    } catch (error) {
      const message = `A checkpoint of fold ${assignment.fold} was not kept: ${asError(error).message}`;
      if (!isWarned) await send({ type: 'warning', message: message.slice(0, 1000) });
      isWarned = true;
    }
    if (isDraining()) throw new Drained('drained');
  };
  return { onState, isStateDue: (position) => isDue(assignment, position, isDraining()) };
}

/** Nothing is left to save once the last epoch is complete: the result follows at once. */
function isDue(
  { checkpointEpochs, training }: FoldAssignment,
  { epochs, steps }: Position,
  isDraining: boolean,
): boolean {
  if (epochs === training.epochs) return false;
  if (isDraining) return true;
  return checkpointEpochs > 0 && steps === 0 && epochs % checkpointEpochs === 0;
}

async function saveState(
  state: TrainingState,
  { folder }: HandOverOptions,
): Promise<{ readonly info: CheckpointInfo; readonly file: string }> {
  const bytes = encodeTrainingState(state);
  const { epochs, steps } = positionOf(state.progress);
  const file = path.join(folder, `epoch-${epochs}-step-${steps}.state`);
  // It goes to the coordinator, whose disk counts; here it does not outlive the attempt.
  await writeFileAtomic(file, Buffer.from(bytes.buffer), { fsync: false });
  const info = { epoch: epochs, sizeBytes: bytes.byteLength, digest: sha256(bytes) };
  return { info, file };
}
