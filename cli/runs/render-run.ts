import {
  counted,
  grouped,
  percent,
  plain,
  shortened,
  SYNTHETIC_NOTICE,
  timestamp,
} from '../../coordinator/report/format.ts';
import { adamInWords } from '../settings-lines.ts';
import type { Paint } from '../terminal.ts';
import type { RunDescription } from './describe-run.ts';
import type { RunState } from './read-run.ts';
import type { Attempt, FoldHistory } from './fold-history.ts';
import { borderless, paintState } from './run-table.ts';

/** A run for people. */
export function renderRun(run: RunDescription, paint: Paint): string {
  const { id, state, dataset, folds, warnings } = run;
  const parts = [
    ...(dataset?.synthetic ? [paint('yellow', SYNTHETIC_NOTICE)] : []),
    `${paint('bold', plain(id))}${GAP}${paintState(state, paint)}`,
    ...fields(run).map(([name, text]) => `  ${name.padEnd(10)}${text}`),
    ...(folds.length === 0 ? [] : ['', foldTable(run, paint).trimEnd()]),
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((text) => `warning: ${plain(text)}`)]),
    ...resumption(run, paint),
  ];
  return `${parts.join('\n')}\n`;
}

const GAP = '  ';

type Field = readonly [name: string, text: string];

function fields(run: RunDescription): Field[] {
  const { folder, createdAt, foldwise, plan, dataset, problem, reason, testAccuracy } = run;
  const by = foldwise === null ? '' : `, by Foldwise ${plain(foldwise)}`;
  return [
    ...field('problem', problem),
    ...field('ended', reason),
    ['folder', plain(folder)],
    ...field('created', createdAt && `${timestamp(createdAt)}${by}`),
    ...(plan === null ? field('data', dataset && dataset.name) : planFields(plan, run.network)),
    ...field('test', testAccuracy === null ? null : `accuracy ${percent(testAccuracy)}`),
  ];
}

const field = (name: string, text: string | null): Field[] =>
  text === null ? [] : [[name, plain(text)]];

/** The plan in words. */
function planFields(plan: NonNullable<RunDescription['plan']>, network: string | null): Field[] {
  const { dataset, transfer, training, k, seed, stratified, threads, step } = plan;
  const { epochs, batchSize } = training;
  const sizes = `${grouped(dataset.train.count)} training, ${grouped(dataset.test.count)} test images`;
  const pictures = transfer && `${transfer.name}: ${counted(transfer.fit.count, 'picture')}`;
  const dropout = network === null ? `, dropout ${training.dropout}` : '';
  return [
    ...field('data', `${dataset.name}: ${sizes}`),
    ...field('transfer', pictures ?? null),
    ['folds', `${k}, ${stratified ? 'stratified' : 'not stratified'}, seed ${seed}`],
    ...field('network', network),
    ['training', `${counted(epochs, 'epoch')}, batches of ${grouped(batchSize)}${dropout}`],
    ['Adam', adamInWords(training)],
    ['workers', `${counted(threads, 'thread')} each, ${step} step`],
  ];
}

/** A line for each attempt; a fold that nobody has tried has one too. */
function foldTable({ folds, state }: RunDescription, paint: Paint): string {
  const rows = folds.flatMap((fold) => foldRows(fold, state));
  return borderless(['Fold', 'Attempt', 'Worker', 'Epochs', 'Val', 'State'], rows, paint);
}

function foldRows(history: FoldHistory, run: RunState) {
  const { fold, attempts, validationAccuracy } = history;
  if (attempts.length === 0) return [[String(fold), '', '', '', '', 'waiting']];
  return attempts.map((each, index) => [
    index === 0 ? String(fold) : '',
    String(each.attempt),
    shortened(plain(each.worker), 24),
    String(each.epoch),
    each.state === 'done' && validationAccuracy !== undefined ? percent(validationAccuracy) : '',
    shortened(stateText(each, run === 'running'), 60) +
      (run === 'stopped' && index === attempts.length - 1 ? nextText(history) : ''),
  ]);
}

/** From where a fold goes on when its run does, beside the epochs that were seen of it. */
function nextText({ state, checkpointEpoch }: FoldHistory): string {
  if (state === 'done' || state === 'failed' || checkpointEpoch === undefined) return '';
  return `, goes on after epoch ${checkpointEpoch}`;
}

function stateText({ state, reason }: Attempt, isRunning: boolean): string {
  // Its worker may be training it still, and comes back once the run goes on.
  if (state === 'training') return isRunning ? 'training' : 'not finished';
  return reason === undefined ? state : `${state}: ${plain(reason)}`;
}

function resumption({ resume }: RunDescription, paint: Paint): string[] {
  const [own, others] = resume;
  if (own === undefined || others === undefined) return [];
  return ['', `Go on: ${paint('bold', own)}`, `   or: ${others}`];
}
