import { availableParallelism } from 'node:os';
import { counted, plain, SYNTHETIC_NOTICE } from '../coordinator/report/format.ts';
import { loadTransfer } from '../shared/data/transfer.ts';
import { DataError, UsageError } from '../shared/errors.ts';
import type { TransferSet } from '../shared/transfer.ts';
import { ensureEngine } from '../worker/engine/ensure.ts';
import { assertPlatformSupported } from '../worker/engine/platform.ts';
import type { SavedModel } from '../worker/trainer/inspect-model.ts';
import type { Context } from './context.ts';
import type { EvaluateSettings } from './evaluate-settings.ts';
import { describeScores, type ModelScores } from './model/describe-scores.ts';
import { loadScoredData, type ScoredData } from './model/load-scored-data.ts';
import { jsonLine } from './model/one-line.ts';
import { openModel } from './model/open-model.ts';
import { scoreModel } from './model/score-model.ts';
import { scoreTable } from './model/score-table.ts';
import { coverageLines } from './model/coverage-lines.ts';
import { writeAll } from './model/write-all.ts';
import { paintFor } from './terminal.ts';

/**
 * Scores a saved model on the test part of data, on photographs, or on both.
 *
 * @throws UsageError where neither is named; DataError where the model or the images cannot be
 *   used, or do not fit each other
 */
export async function evaluate(
  modelDir: string,
  { values, given }: EvaluateSettings,
  context: Context,
): Promise<void> {
  const { stdout, stderr, signal } = context;
  const note = (line: string): void => void stderr.write(`${line}\n`);
  assertPlatformSupported();
  const wanted = {
    data: given.has('data') ? values.data : undefined,
    transfer: values.transfer === 'none' ? undefined : values.transfer,
  };
  if (wanted.data === undefined && wanted.transfer === undefined) {
    throw new UsageError('name what to score the model on: --data, --transfer or both');
  }
  const model = await openModel(modelDir);
  const data =
    wanted.data === undefined ? undefined : await loadScoredData(model, { values, given }, signal);
  for (const line of data?.notes ?? []) note(`note: ${line}`);
  const classes = classesOf(model, data);
  const set =
    wanted.transfer === undefined
      ? undefined
      : await loadPhotographs(model, { ...values, transfer: wanted.transfer }, classes, signal);
  await ensureEngine({ onProgress: note, signal });
  const threads = values.threads ?? availableParallelism();
  const scores = await scoreAll({ model, classes, data, set, threads }, context);
  const described = describeScores(scores);
  await writeAll(
    stdout,
    values.json ? jsonLine(described) : render(scores, described, context),
    signal,
  );
}

function classesOf({ metadata, folder }: SavedModel, data?: ScoredData): readonly string[] {
  const classes = data?.classes ?? metadata?.classes;
  if (classes !== undefined) return classes;
  throw new DataError(
    `the model in ${plain(folder)} does not name its classes, so the photographs of --transfer ` +
      'cannot be told right from wrong: say --data, too, with data of its classes',
  );
}

async function loadPhotographs(
  { input }: SavedModel,
  values: { readonly transfer: string; readonly 'label-map'?: string | undefined },
  classes: readonly string[],
  signal: AbortSignal,
): Promise<TransferSet> {
  const labelMap = values['label-map'];
  return loadTransfer({
    transfer: values.transfer,
    classes,
    image: input,
    signal,
    ...(labelMap === undefined ? {} : { labelMap }),
  });
}

interface Work {
  readonly model: SavedModel;
  readonly classes: readonly string[];
  readonly data: ScoredData | undefined;
  readonly set: TransferSet | undefined;
  readonly threads: number;
}

async function scoreAll(work: Work, context: Context): Promise<ModelScores> {
  const { data, set, ...rest } = work;
  const { model, classes } = rest;
  const test = data && (await scoreModel({ ...rest, part: 'test', images: data.images }, context));
  const transfer = set && {
    set,
    paper: await scoreModel({ ...rest, part: 'transfer-paper', images: set.paper }, context),
    fit: await scoreModel({ ...rest, part: 'transfer-fit', images: set.fit }, context),
  };
  return {
    model,
    classes,
    ...(data && test ? { data, test } : {}),
    ...(transfer ? { transfer } : {}),
  };
}

function render(
  { model, data, transfer: photographs }: ModelScores,
  { test, transfer }: ReturnType<typeof describeScores>,
  { stdout }: Context,
): string {
  const paint = paintFor(stdout);
  const tables: string[] = [];
  if (test && data) {
    const title = `${plain(data.name)}, ${data.title}, ${counted(data.images.labels.length, 'image')}`;
    tables.push(scoreTable(title, test, paint));
  }
  if (transfer && photographs) {
    const name = plain(transfer.name);
    tables.push(scoreTable(`${name}, prepared by "fit"`, transfer.fit, paint));
    tables.push(scoreTable(`${name}, prepared by "paper"`, transfer.paper, paint));
    tables.push(coverageLines(transfer));
  }
  const isSynthetic = [model.metadata?.dataset, data, transfer].some((from) => from?.synthetic);
  if (isSynthetic) tables.push(`${paint('yellow', SYNTHETIC_NOTICE)}\n`);
  return tables.join('\n');
}
