/** What the scripted training process can do; the seed of an assignment chooses, by place. */
export const TRAINER_SCRIPTS = [
  /** Fails, and tells its threads. */
  'complete',
  'crash',
  'hang',
  /** Ends without a result. */
  'leave',
  /** Ends well, and tells its process. */
  'succeed',
  /** Trains a fold, from its checkpoint where it has one. */
  'train',
  /** Trains one epoch and waits to be drained; from a checkpoint on it trains to the end. */
  'wait',
  /** Trains one epoch, and does nothing more, whatever it is told. */
  'deaf',
  'diverge',
  /** By SIGKILL. */
  'die',
] as const;

export type TrainerScript = (typeof TRAINER_SCRIPTS)[number];

/** The seed that has the scripted training process do this. */
export const seedOf = (script: TrainerScript): number => TRAINER_SCRIPTS.indexOf(script);
