/**
 * The words of Foldwise as types. Pure: nothing here reads, writes, waits or draws.
 *
 * Conventions: folds count from 0, attempts and epochs from 1, indices into the
 * training set in use from 0; confusion matrices are counts, rows true, columns predicted.
 */

export {
  asDigest,
  asRunId,
  asWorkerId,
  DIGEST_PATTERN,
  ID_PATTERN,
  type Digest,
  type RunId,
  type WorkerId,
} from './ids.ts';
import type { Digest, RunId, WorkerId } from './ids.ts';

/** Size of one image; its pixels lie row by row, channels last. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Labelled images: `labels` is [count], `pixels` is [count, height, width, channels], 0–255. */
export interface DatasetPart {
  readonly labels: Uint8Array;
  readonly pixels: Uint8Array;
}

/** How a test part was made where the data bring none: a stratified share of the labelled images. */
export interface HoldOut {
  /** Share of all images, above 0 and below 1. */
  readonly fraction: number;
  readonly seed: number;
}

/** Everything a run needs to know of its data, in memory. */
export interface Dataset {
  readonly name: string;
  /** True where the images were drawn by a program: every output then says so. */
  readonly synthetic: boolean;
  readonly classes: readonly string[];
  readonly image: ImageShape;
  readonly train: DatasetPart;
  readonly test: DatasetPart;
  /** Present where the test part was split off by us. */
  readonly holdOut?: HoldOut;
}

/** What identifies a part of a dataset without holding it. */
export interface PartInfo {
  readonly count: number;
  /** SHA-256 over labels, then pixels. */
  readonly digest: Digest;
}

/** What identifies a dataset without holding it; travels with assignments and results. */
export interface DatasetInfo {
  readonly name: string;
  readonly synthetic: boolean;
  readonly classes: readonly string[];
  readonly image: ImageShape;
  readonly train: PartInfo;
  readonly test: PartInfo;
  /** `--limit`: at most this many images of each part were kept; absent when all were. */
  readonly limit?: number;
  readonly holdOut?: HoldOut;
  /** SHA-256 over the classes, the image shape and the digests of both parts. */
  readonly digest: Digest;
}

/**
 * How a photograph of a garment becomes an image of the training set's size: inverted, grey and
 * stretched as in the paper; or inverted, cropped to the garment, aspect kept, centred, and mirrored
 * where it leans to the right (docs/transfer.md).
 */
export type Preprocessing = 'paper' | 'fit';

/** What the selected model is evaluated on, in this order. */
export type EvaluationPart = 'test' | `transfer-${Preprocessing}`;

/** What identifies the images of the transfer evaluation: the same ones, made in two ways. */
export interface TransferInfo {
  readonly name: string;
  readonly synthetic: boolean;
  readonly paper: PartInfo;
  readonly fit: PartInfo;
}

export type LearningRateSchedule = 'constant' | 'cosine';

/** How one fold is trained; the same for every fold of a run. */
export interface TrainingSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly learningRateSchedule: LearningRateSchedule;
  /** L2 coefficient, added to the gradient before Adam. */
  readonly weightDecay: number;
  /** Share of activations dropped, 0 ≤ dropout < 1. */
  readonly dropout: number;
}

/** How the training step is executed: as one graph, or op by op. */
export type StepKind = 'compiled' | 'eager';

/** How a training process computes, threads being TensorFlow's: each may change the last bits. */
export interface Execution {
  readonly threads: number;
  readonly step: StepKind;
  /** On a GPU, XLA compiles what it can of a compiled step; absent where it does not. */
  readonly xla?: boolean;
}

/** The validation part of each fold: ascending indices into the training set in use. */
export type FoldMap = readonly (readonly number[])[];

/** Everything that decides the result of a run. */
export interface Plan extends Execution {
  readonly run: RunId;
  readonly seed: number;
  readonly k: number;
  readonly stratified: boolean;
  readonly dataset: DatasetInfo;
  /** Present where the selected model is tried on other pictures too. */
  readonly transfer?: TransferInfo;
  readonly training: TrainingSettings;
  /** The network as the text of a tfjs layers `model.json`; absent for the one of the paper. */
  readonly architecture?: string;
  readonly validation: FoldMap;
}

/** A saved state of training, from which any worker can go on (docs/training-state.md). */
export interface CheckpointInfo {
  /** Complete epochs; 0 for a state from within the first. */
  readonly epoch: number;
  readonly sizeBytes: number;
  readonly digest: Digest;
}

/** What a worker needs to train one fold. */
export interface FoldAssignment extends Execution {
  readonly run: RunId;
  readonly fold: number;
  readonly attempt: number;
  readonly seed: number;
  readonly dataset: DatasetInfo;
  readonly validation: readonly number[];
  readonly training: TrainingSettings;
  /** See {@link Plan.architecture}. */
  readonly architecture?: string;
  /** A checkpoint is due after every so many epochs; 0 for none. Does not change the result. */
  readonly checkpointEpochs: number;
  /** Where to go on from; absent to begin. */
  readonly checkpoint?: CheckpointInfo;
}

/** What a worker needs to evaluate the selected model on one part. */
export interface EvaluationAssignment extends Execution {
  readonly run: RunId;
  /** The fold whose model was selected. */
  readonly fold: number;
  readonly attempt: number;
  readonly part: EvaluationPart;
  /** The images of that part: what to fetch and to score. */
  readonly images: PartInfo;
  /** What the model was trained on, and whose classes and image size the part has. */
  readonly dataset: DatasetInfo;
  readonly model: ModelInfo;
}

/** A saved model: a tfjs LayersModel as `model.json` and one `weights.bin`. */
export interface ModelInfo {
  readonly topologyBytes: number;
  readonly topologyDigest: Digest;
  readonly weightsBytes: number;
  readonly weightsDigest: Digest;
}

export interface EpochReport {
  readonly epoch: number;
  /** Mean over the training images of the epoch, as seen while the weights still moved. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  /** Wall time of the epoch, validation included. */
  readonly seconds: number;
}

/** Counts, rows true class, columns predicted class. */
export type ConfusionMatrix = readonly (readonly number[])[];

export interface Score {
  /** Mean softmax cross-entropy, natural logarithm. */
  readonly loss: number;
  readonly accuracy: number;
  readonly confusion: ConfusionMatrix;
}

/** What an attempt ran on: two attempts agree to the bit only where these agree. */
export interface Environment extends Execution {
  readonly host: string;
  readonly foldwise: string;
  readonly node: string;
  /** e.g. "tfjs-node-gpu 4.22.0 cpu". */
  readonly engine: string;
  readonly tensorflow: string;
  /** "cpu" or the name of the GPU. */
  readonly device: string;
  readonly processor: string;
  /** Processor features that change which kernels run, e.g. avx2, avx512f. */
  readonly processorFeatures: readonly string[];
}

export interface FoldResult {
  readonly fold: number;
  readonly attempt: number;
  readonly worker: WorkerId;
  readonly trainSize: number;
  readonly validationSize: number;
  /** Wall time of training, the validation of each epoch left out. */
  readonly fitSeconds: number;
  /** Wall time of the last validation. */
  readonly scoreSeconds: number;
  readonly epochs: readonly EpochReport[];
  /** Score of the delivered weights (those of the last epoch). */
  readonly validation: Score;
  readonly model: ModelInfo;
  readonly environment: Environment;
}

/** Predictions travel in one message, far below its limit. */
export const MOST_PREDICTIONS = 2 ** 21;

export interface EvaluationResult {
  readonly fold: number;
  readonly attempt: number;
  readonly worker: WorkerId;
  readonly part: EvaluationPart;
  readonly seconds: number;
  readonly score: Score;
  /** The predicted class of each image, in order; empty above {@link MOST_PREDICTIONS} images. */
  readonly predicted: Uint8Array;
  readonly environment: Environment;
}
