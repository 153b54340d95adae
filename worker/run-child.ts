import type { AttemptId } from '../shared/wire/results.ts';
import type { SavedState } from './checkpoint-uploads.ts';
import type { RunnerOptions } from './child.ts';
import { ReportedFailure } from './failure.ts';
import type { Assigned, ChildMessage } from './trainer/messages.ts';
import type { Workplace } from './workplace.ts';

type OnItsWay = Extract<
  ChildMessage,
  { type: 'started' | 'alive' | 'epoch' | 'warning' | 'state' }
>;
/** What a child ends an assignment with, failures aside. */
export type ChildEnding = Exclude<ChildMessage, OnItsWay | { type: 'failed' }>;
type ChildFailure = Extract<ChildMessage, { type: 'failed' }>;

export interface RunChildOptions {
  readonly place: Pick<Workplace, 'trainer' | 'say' | 'onOutput'>;
  readonly assignment: Assigned;
  readonly id: AttemptId;
  readonly signal: AbortSignal;
  readonly drain?: AbortSignal;
  /** Training waits for `settled` at the end of its next epoch. */
  readonly onState?: (state: SavedState, settled: () => void) => void;
  readonly onEpoch?: (epoch: number) => void;
}

/**
 * Runs the child, passing on what it tells on its way, and returns what it ended with.
 * @throws ReportedFailure, and what {@link Trainer.run} throws
 */
export async function runChild(options: RunChildOptions): Promise<ChildEnding> {
  const { place, assignment, id, signal, drain, onState, onEpoch } = options;
  const endings: (ChildEnding | ChildFailure)[] = [];
  const onMessage: RunnerOptions['onMessage'] = (message, answer) => {
    switch (message.type) {
      case 'started':
      case 'alive':
        return;
      case 'epoch':
        onEpoch?.(message.report.epoch);
        return place.say({ body: 'epoch', id, report: message.report });
      case 'warning':
        return place.say({ body: 'warning', id, message: message.message });
      case 'state':
        return onState?.(message, () => answer({ type: 'settled', epoch: message.info.epoch }));
      case 'trained':
      case 'drained':
      case 'evaluated':
      case 'predicted':
      case 'failed':
        endings.push(message);
    }
  };
  const { onOutput } = place;
  await place.trainer.run({ assignment, signal, ...(drain && { drain }), onOutput, onMessage });
  const [ending] = endings;
  if (ending === undefined) throw new Error('the training process ended without a result');
  if (ending.type === 'failed') throw new ReportedFailure(ending);
  return ending;
}
