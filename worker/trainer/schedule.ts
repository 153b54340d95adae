import type { LearningRateSchedule } from '../../shared/domain.ts';

export interface ScheduleOptions {
  readonly learningRate: number;
  readonly schedule: LearningRateSchedule;
  /** Steps of all epochs together. */
  readonly totalSteps: number;
}

/**
 * The learning rate of each step, counted from 0. `cosine` is half a cosine wave from the full
 * rate at step 0 towards 0 at `totalSteps`: lr/2 · (1 + cos(π · step / totalSteps))
 * (Loshchilov and Hutter, "SGDR", ICLR 2017, without restarts).
 */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { learningRate, schedule, totalSteps } = options;
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'cosine':
      return (learningRate / 2) * (1 + Math.cos((Math.PI * step) / totalSteps));
  }
}
