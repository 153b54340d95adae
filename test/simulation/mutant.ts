import type { Performers, Rules } from '../../coordinator/loop.ts';
import type { Limits, RunState } from '../../coordinator/scheduler/state.ts';
import type { WorkerId } from '../../shared/domain.ts';
import type { CoordinatorSaid } from '../../shared/wire/session.ts';
import type { SimulatedDiskOptions } from '../helpers/simulated-record.ts';
import type { Truth } from './truth.ts';

/** What a mutant that reaches around the rules may use. */
export interface Insides {
  readonly send: (worker: WorkerId, said: CoordinatorSaid) => void;
  readonly state: () => RunState;
  readonly truth: Truth;
  readonly limits: Limits;
}

/** A coordinator with one thing wrong: each is handed what is right, and gives back what it uses. */
export interface Mutant {
  readonly rules: (rules: Rules) => Rules;
  /** The state after a restart. */
  readonly restored: (state: RunState) => RunState;
  readonly limits: (limits: Limits) => Limits;
  readonly record: (
    record: Performers['record'],
    effects: Parameters<Performers['record']>[0],
    insides: Insides,
  ) => Promise<void>;
  readonly disk: Pick<SimulatedDiskOptions, 'acknowledgesBeforeSync'>;
}

/** Nothing is wrong with it. */
export const SOUND: Mutant = {
  rules: (rules) => rules,
  restored: (state) => state,
  limits: (limits) => limits,
  record: (record, effects) => record(effects),
  disk: {},
};
