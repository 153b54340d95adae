import { availableParallelism } from 'node:os';
import { UsageError } from '../shared/errors.ts';
import type { TransferSet } from '../shared/transfer.ts';
import { ensureEngine } from '../worker/engine/ensure.ts';
import { assertPlatformSupported } from '../worker/engine/platform.ts';
import type { SavedModel } from '../worker/trainer/inspect-model.ts';
import type { Context } from './context.ts';
import type { EvaluateSettings } from './evaluate-settings.ts';
import { describeScores, type ModelScores } from './model/describe-scores.ts';
import { loadPhotographs } from './model/load-photographs.ts';
import { loadScoredData, type ScoredData } from './model/load-scored-data.ts';
import { jsonLine } from './json-line.ts';
import { openModel } from './model/open-model.ts';
import { pictureProgress } from './progress/picture-progress.ts';
import { renderScores } from './model/render-scores.ts';
import { scoreModel } from './model/score-model.ts';
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
  settings: EvaluateSettings,
  context: Context,
): Promise<void> {
  const { stdout, stderr, signal } = context;
  const note = (line: string): void => void stderr.write(`${line}\n`);
  const { values } = settings;
  assertPlatformSupported();
  const wanted = wantedOf(settings);
  const model = await openModel(modelDir);
  const loaded = await load(model, wanted, settings, { note, signal });
  await ensureEngine({ onProgress: note, signal });
  const threads = values.threads ?? availableParallelism();
  const scores = await scoreAll({ model, threads, ...loaded }, context);
  const described = describeScores(scores);
  const text = values.json
    ? `${jsonLine(described)}\n`
    : renderScores(scores, described, paintFor(stdout));
  await writeAll(stdout, text, signal);
}

interface Wanted {
  readonly hasData: boolean;
  readonly transfer: string | undefined;
}

function wantedOf({ values, given }: EvaluateSettings): Wanted {
  const hasData = given.has('data');
  const transfer = values.transfer === 'none' ? undefined : values.transfer;
  if (hasData || transfer !== undefined) return { hasData, transfer };
  throw new UsageError('name what to score the model on: --data, --transfer or both');
}

interface Loaded {
  readonly classes: readonly string[];
  readonly data?: ScoredData;
  readonly set?: TransferSet;
}

async function load(
  model: SavedModel,
  { hasData, transfer }: Wanted,
  settings: EvaluateSettings,
  { note, signal }: { readonly note: (line: string) => void; readonly signal: AbortSignal },
): Promise<Loaded> {
  const progress = () => ({ onProgress: pictureProgress(note), signal });
  const data = hasData ? await loadScoredData(model, settings, progress()) : undefined;
  for (const line of data?.notes ?? []) note(`note: ${line}`);
  const labelMap = settings.values['label-map'];
  const photographs = { model, classes: data?.classes, labelMap };
  const set =
    transfer === undefined
      ? undefined
      : await loadPhotographs({ ...photographs, transfer, ...progress() });
  const classes = data?.classes ?? model.metadata?.classes ?? [];
  return { classes, ...(data && { data }), ...(set && { set }) };
}

interface Work extends Loaded {
  readonly model: SavedModel;
  readonly threads: number;
}

async function scoreAll({ data, set, ...rest }: Work, context: Context): Promise<ModelScores> {
  const { model, classes } = rest;
  const test = data && (await scoreModel({ ...rest, part: 'test', images: data.images }, context));
  const transfer = set && {
    set,
    paper: await scoreModel({ ...rest, part: 'transfer-paper', images: set.paper }, context),
    fit: await scoreModel({ ...rest, part: 'transfer-fit', images: set.fit }, context),
  };
  return {
    ...{ model, classes },
    ...(data && test && { data, test }),
    ...(transfer && { transfer }),
  };
}
