import {
  asDigest,
  type Environment,
  type EvaluationPart,
  type EvaluationResult,
  type FoldResult,
  type ModelInfo,
  type Score,
  type WorkerId,
} from '../../shared/domain.ts';

export const someDigest = (digit: string) => asDigest(digit.repeat(64));

export const environment: Environment = {
  host: 'somewhere',
  foldwise: '0.1.0',
  node: 'v20.20.2',
  engine: 'tfjs-node-gpu 4.22.0 cpu',
  tensorflow: '2.21.0',
  device: 'cpu',
  processor: 'Some Processor',
  processorFeatures: ['avx2', 'fma'],
  threads: 1,
  step: 'eager',
};

export const model: ModelInfo = {
  topologyBytes: 100,
  topologyDigest: someDigest('a'),
  weightsBytes: 1000,
  weightsDigest: someDigest('b'),
};

/** A score over 100 images of two classes, 50 each, wrong ones spread over both. */
export function score(accuracy: number): Score {
  const right = Math.round(accuracy * 100);
  const first = Math.ceil(right / 2);
  const second = right - first;
  return {
    loss: 1 - accuracy,
    accuracy: right / 100,
    confusion: [
      [first, 50 - first],
      [50 - second, second],
    ],
  };
}

interface Attempt {
  readonly worker: WorkerId;
  readonly fold: number;
  readonly attempt: number;
}

export function foldResult({ accuracy = 0.5, ...id }: Attempt & { accuracy?: number }): FoldResult {
  const validation = score(accuracy);
  return {
    ...id,
    trainSize: 200,
    validationSize: 100,
    fitSeconds: 10,
    scoreSeconds: 1,
    epochs: [
      {
        epoch: 1,
        trainLoss: 1,
        trainAccuracy: accuracy,
        validationLoss: validation.loss,
        validationAccuracy: validation.accuracy,
        seconds: 11,
      },
    ],
    validation,
    model,
    environment,
  };
}

/** Of a part with 100 images, the classes in turn. */
export function evaluationResult({
  part = 'test',
  ...id
}: Attempt & { part?: EvaluationPart }): EvaluationResult {
  const predicted = Uint8Array.from({ length: 100 }, (_, index) =>
    index < 80 ? index % 2 : 1 - (index % 2),
  );
  return { ...id, part, seconds: 1, score: score(0.8), predicted, environment };
}
