/** Batch normalisation, max pooling and ReLU in double precision, one number after the other. */

export interface Case {
  /** [count, rows, columns, channels] */
  readonly shape: readonly [number, number, number, number];
  readonly window: readonly [height: number, width: number];
  readonly x: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  /** Of what is pooled. */
  readonly dy: Float32Array;
  readonly epsilon: number;
  readonly relu: boolean;
}

export interface Outcome {
  readonly y: number[];
  readonly mean: number[];
  /** Unbiased. */
  readonly variance: number[];
  readonly dx: number[];
  readonly dgamma: number[];
  readonly dbeta: number[];
}

export function pooledShape({ shape, window }: Pick<Case, 'shape' | 'window'>) {
  const [count, rows, columns, channels] = shape;
  return [count, Math.floor(rows / window[0]), Math.floor(columns / window[1]), channels] as const;
}

export function reference(of: Case): Outcome {
  const channels = of.shape[3];
  const outcomes = Array.from({ length: channels }, (_, channel) => channelReference(of, channel));
  const put = (key: 'y' | 'dx') =>
    outcomes[0]![key].flatMap((_, index) => outcomes.map((outcome) => outcome[key][index]!));
  return {
    y: put('y'),
    dx: put('dx'),
    mean: outcomes.map(({ mean }) => mean),
    variance: outcomes.map(({ variance }) => variance),
    dgamma: outcomes.map(({ dgamma }) => dgamma),
    dbeta: outcomes.map(({ dbeta }) => dbeta),
  };
}

function channelReference(of: Case, channel: number) {
  const channels = of.shape[3];
  const every = (values: Float32Array) => [...values].filter((_, i) => i % channels === channel);
  const [gamma, beta] = [of.gamma[channel]!, of.beta[channel]!];
  const x = every(of.x);
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const squares = x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const scale = 1 / Math.sqrt(squares / x.length + of.epsilon);
  const normalised = x.map((value) => (value - mean) * scale);
  const chosen = windows(of).map((window) => firstGreatest(window, x, gamma < 0 ? -1 : 1));
  const y = chosen.map((index) => gamma * normalised[index]! + beta);
  const slopes = every(of.dy).map((dy, index) => (!of.relu || y[index]! > 0 ? dy : 0));
  const dbeta = slopes.reduce((sum, slope) => sum + slope, 0);
  const dgamma = slopes.reduce((sum, g, index) => sum + g * normalised[chosen[index]!]!, 0);
  const passed = new Map(chosen.map((index, at) => [index, slopes[at]!]));
  const dx = normalised.map((value, index) => {
    const common = (dbeta + value * dgamma) / x.length;
    return gamma * scale * ((passed.get(index) ?? 0) - common);
  });
  return {
    ...{ mean, variance: squares / Math.max(1, x.length - 1), dgamma, dbeta, dx },
    y: of.relu ? y.map((value) => Math.max(0, value)) : y,
  };
}

/** The pixels of each window, row by row. */
function windows({ shape, window }: Case): number[][] {
  const [count, rows, columns] = shape;
  const [height, width] = window;
  const [, pooledRows, pooledColumns] = pooledShape({ shape, window });
  const range = (length: number) => Array.from({ length }, (_, index) => index);
  return range(count).flatMap((n) =>
    range(pooledRows).flatMap((i) =>
      range(pooledColumns).map((j) =>
        range(height).flatMap((p) =>
          range(width).map((q) => (n * rows + i * height + p) * columns + j * width + q),
        ),
      ),
    ),
  );
}

const firstGreatest = (window: readonly number[], x: readonly number[], sign: number): number =>
  window.reduce((best, index) => (sign * x[index]! > sign * x[best]! ? index : best));
