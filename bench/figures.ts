/** What is measured, against what, and how much of it is asked for. Pure. */

/**
 * How the two sides of a figure become one number: how many times faster we are, from rates or
 * from durations; which share of the other we reach; how many times longer we take; or, where
 * there is no other side, our own number.
 */
export type Comparison = 'faster-rate' | 'faster-duration' | 'share' | 'slower' | 'alone';

export interface Figure {
  readonly title: string;
  readonly unit: string;
  readonly comparison: Comparison;
  readonly must: number;
  readonly aim: number;
}

/** The paper's network, batches of 1000, two cores. */
export const FIGURES = {
  trainingAgainstFit: {
    title: 'training against tfjs model.fit',
    unit: 'images/s',
    comparison: 'faster-rate',
    must: 6,
    aim: 8,
  },
  trainingAgainstTorch: {
    title: "training against PyTorch's best",
    unit: 'images/s',
    comparison: 'faster-rate',
    must: 2.5,
    aim: 3.5,
  },
  shareOfPeak: {
    title: "share of the machine's matrix-product peak",
    unit: 'GFLOP/s',
    comparison: 'share',
    must: 0.6,
    aim: 0.8,
  },
  predictionAgainstTorch: {
    title: "prediction against PyTorch's best",
    unit: 'images/s',
    comparison: 'faster-rate',
    must: 2,
    aim: 3,
  },
  twoWorkers: {
    title: 'two one-thread workers against one two-thread worker, k = 4',
    unit: 'images/s',
    comparison: 'faster-rate',
    must: 1.1,
    aim: 1.25,
  },
  wholeAgainstBare: {
    title: 'whole "foldwise train" against the same folds bare in one process',
    unit: 's',
    comparison: 'slower',
    must: 1.05,
    aim: 1.02,
  },
  wholeAgainstSkorch: {
    title: 'whole "foldwise train" against skorch + joblib',
    unit: 's',
    comparison: 'faster-duration',
    must: 2.5,
    aim: 3.5,
  },
  compiling: {
    title: 'trace and compile, once per fold',
    unit: 's',
    comparison: 'alone',
    must: 2,
    aim: 0.7,
  },
  workerMemory: {
    title: 'peak memory of a worker, 60,000 images',
    unit: 'GB',
    comparison: 'alone',
    must: 2,
    aim: 1.2,
  },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof FIGURES;
