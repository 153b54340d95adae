import {
  counted,
  grouped,
  percent,
  plain,
  shortened,
  SYNTHETIC_NOTICE,
  timestamp,
} from '../../coordinator/report/format.ts';
import type { Paint } from '../terminal.ts';
import type { RunDescription } from './describe-run.ts';
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

function fields(run: RunDescription): [string, string][] {
  const { folder, createdAt, foldwise, plan, dataset, problem, reason, testAccuracy } = run;
  const by = foldwise === null ? '' : `, by Foldwise ${plain(foldwise)}`;
  return [
    ...(problem === null ? [] : [['problem', plain(problem)] as [string, string]]),
    ...(reason === null ? [] : [['ended', plain(reason)] as [string, string]]),
    ['folder', plain(folder)],
    ...(createdAt === null
      ? []
      : [['created', `${timestamp(createdAt)}${by}`] as [string, string]]),
    ...(plan === null && dataset !== null
      ? [['data', plain(dataset.name)] as [string, string]]
      : planFields(plan)),
    ...(testAccuracy === null
      ? []
      : [['test', `accuracy ${percent(testAccuracy)}`] as [string, string]]),
  ];
}

/** The plan in words. */
function planFields(plan: RunDescription['plan']): [string, string][] {
  if (plan === null) return [];
  const { dataset, transfer, training, k, seed, stratified, threads, step } = plan;
  const { epochs, batchSize, learningRate, learningRateSchedule, weightDecay } = training;
  const sizes = `${grouped(dataset.train.count)} training, ${grouped(dataset.test.count)} test images`;
  return [
    ['data', `${plain(dataset.name)}: ${sizes}`],
    ...(transfer
      ? [
          ['transfer', `${plain(transfer.name)}: ${counted(transfer.fit.count, 'picture')}`] as [
            string,
            string,
          ],
        ]
      : []),
    ['folds', `${k}, ${stratified ? 'stratified' : 'not stratified'}, seed ${seed}`],
    [
      'training',
      `${counted(epochs, 'epoch')}, batches of ${grouped(batchSize)}, dropout ${training.dropout}`,
    ],
    ['Adam', `lr ${learningRate} ${learningRateSchedule}, weight decay ${weightDecay}`],
    ['workers', `${counted(threads, 'thread')} each, ${step} step`],
  ];
}

/** A line for each attempt; a fold that nobody has tried has one too. */
function foldTable({ folds, state }: RunDescription, paint: Paint): string {
  const rows = folds.flatMap((fold) => foldRows(fold, state === 'running'));
  return borderless(['Fold', 'Attempt', 'Worker', 'Epochs', 'Val', 'State'], rows, paint);
}

function foldRows({ fold, attempts, validationAccuracy }: FoldHistory, isRunning: boolean) {
  if (attempts.length === 0) return [[String(fold), '', '', '', '', 'waiting']];
  return attempts.map((each, index) => [
    index === 0 ? String(fold) : '',
    String(each.attempt),
    shortened(plain(each.worker), 24),
    String(each.epoch),
    each.state === 'done' && validationAccuracy !== undefined ? percent(validationAccuracy) : '',
    shortened(stateText(each, isRunning), 60),
  ]);
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
