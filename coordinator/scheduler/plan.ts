import type {
  Dataset,
  DatasetInfo,
  FoldMap,
  Plan,
  RunId,
  StepKind,
  TrainingSettings,
} from '../../shared/domain.ts';
import { type DuplicateReport, duplicateReport } from '../../shared/duplicates.ts';
import { UsageError } from '../../shared/errors.ts';
import { type ParsedFoldMap, parseFoldMap } from '../../shared/fold-map.ts';
import { plainFolds, stratifiedFolds } from '../../shared/folds.ts';
import { SMALLEST_SIDE } from '../../shared/network.ts';

/** What is asked of a run. */
export interface PlanRequest {
  readonly run: RunId;
  readonly seed: number;
  /** How to split: anew, or as a fold map says. */
  readonly split: SplitRequest | FoldMapRequest;
  readonly training: TrainingSettings;
  /** TensorFlow threads of each training process, once the number of folds is known. */
  readonly threadsFor: (k: number) => number;
  readonly step: StepKind;
  readonly xla?: boolean;
  /** See {@link Plan.architecture}; whether it fits the images is for others to check. */
  readonly architecture?: string | undefined;
}

export interface SplitRequest {
  readonly k: number;
  readonly stratified: boolean;
}

export interface FoldMapRequest {
  /** Parsed JSON of the fold map, not checked yet. */
  readonly json: unknown;
  /** Named in messages. */
  readonly file: string;
  /** Folds the user asked for besides, which the map must have. */
  readonly k?: number | undefined;
}

export interface PreparedPlan {
  readonly plan: Plan;
  readonly duplicates: DuplicateReport;
  /** What the user should know before trusting the scores. */
  readonly warnings: readonly string[];
}

/**
 * Turns a request and its data into a plan, which decides the result of the run, and looks for
 * images that would leak between training, validation and test.
 *
 * @throws UsageError where the data cannot be split as asked
 */
export function createPlan(
  request: PlanRequest,
  dataset: Dataset,
  info: DatasetInfo,
): PreparedPlan {
  const { run, seed, training, step, architecture } = request;
  checkClasses(dataset);
  if (architecture === undefined) checkImageSize(dataset);
  const { validation, stratified } = split(request, dataset, info);
  const { height, width, channels } = dataset.image;
  const duplicates = duplicateReport({
    train: dataset.train,
    test: dataset.test,
    imageBytes: height * width * channels,
    validation,
  });
  const k = validation.length;
  const plan: Plan = {
    run,
    seed,
    k,
    stratified,
    dataset: info,
    training,
    ...(architecture === undefined ? {} : { architecture }),
    threads: request.threadsFor(k),
    step,
    ...(request.xla ? { xla: true } : {}),
    validation,
  };
  return { plan, duplicates, warnings: warnOfDuplicates(duplicates) };
}

function checkClasses({ name, classes }: Dataset): void {
  if (classes.length >= 2) return;
  throw new UsageError(
    `--data ${name}: a classifier needs at least two classes, here is ${classes.length}: ` +
      `${classes.join()}. Take other data, or another --label-map`,
  );
}

function checkImageSize({ name, image: { height, width } }: Dataset): void {
  if (Math.min(height, width) >= SMALLEST_SIDE) return;
  throw new UsageError(
    `--data ${name}: the network needs images of at least ${SMALLEST_SIDE}×${SMALLEST_SIDE} ` +
      `pixels, these have ${height}×${width} (height×width). Enlarge them`,
  );
}

function split(
  { seed, split: asked }: PlanRequest,
  dataset: Dataset,
  info: DatasetInfo,
): { readonly validation: FoldMap; readonly stratified: boolean } {
  if ('json' in asked) return readSplit(asked, info);
  const { k, stratified } = asked;
  const { labels } = dataset.train;
  const validation = stratified
    ? stratifiedFolds({ labels, k, seed, classNames: dataset.classes })
    : plainFolds({ count: labels.length, k, seed });
  return { validation, stratified };
}

function readSplit(
  { json, file, k }: FoldMapRequest,
  info: DatasetInfo,
): { readonly validation: FoldMap; readonly stratified: boolean } {
  const expected = { count: info.train.count, datasetDigest: info.digest, file };
  const map: ParsedFoldMap = parseFoldMap(json, expected);
  if (k !== undefined && k !== map.k) {
    throw new UsageError(`--folds ${k} does not fit --fold-map ${file}, which has ${map.k} folds`);
  }
  return { validation: map.validation, stratified: map.stratified ?? false };
}

/** More folds than this are not told one by one. */
const MOST_NAMED = 100;

function byFold(counts: readonly number[]): string {
  const named = counts.slice(0, MOST_NAMED).map((count, fold) => `fold ${fold}: ${count}`);
  const others = counts.slice(MOST_NAMED).reduce((sum, count) => sum + count, 0);
  const rest = counts.length > MOST_NAMED ? [`the others together: ${others}`] : [];
  return [...named, ...rest].join(', ');
}

/** Exact duplicates put in words, where they make scores look better than they are. */
function warnOfDuplicates({ validationInTraining, test }: DuplicateReport): string[] {
  const warnings: string[] = [];
  const leaking = validationInTraining.reduce((sum, count) => sum + count, 0);
  if (leaking > 0) {
    warnings.push(
      `Validation images that are in training as well, exactly alike: ${byFold(validationInTraining)}.`,
    );
  }
  if (test.inTrain > 0) {
    const others = test.conflicting > 0 ? `, ${test.conflicting} of them under another label` : '';
    warnings.push(
      `Test images that are in the training set as well, exactly alike: ${test.inTrain}${others}.`,
    );
  }
  return warnings;
}
