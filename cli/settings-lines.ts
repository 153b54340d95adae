import { counted, grouped, plain } from '../coordinator/report/format.ts';
import type { PreparedRun } from './prepare-run.ts';

/** What a run is going to do, in a few lines. */
export function settingsLines({
  plan,
  workers,
  outDir,
}: Pick<PreparedRun, 'plan' | 'workers' | 'outDir'>): string[] {
  const { dataset, training, k, seed, stratified, threads, run } = plan;
  const origin = dataset.synthetic ? ' (synthetic images, drawn by a program)' : '';
  return [
    `run ${run}`,
    `  data      ${plain(dataset.name)}${origin}: ${grouped(dataset.train.count)} training and ` +
      `${grouped(dataset.test.count)} test images, ${counted(dataset.classes.length, 'class', 'classes')}`,
    `  folds     ${k}, ${stratified ? 'stratified' : 'not stratified'}; seed ${seed}`,
    `  training  ${counted(training.epochs, 'epoch')}, batch ${grouped(training.batchSize)}, ` +
      `lr ${training.learningRate} ${training.learningRateSchedule}, ` +
      `weight decay ${training.weightDecay}, dropout ${training.dropout}`,
    `  workers   ${workers} of ${counted(threads, 'thread')}`,
    `  results   ${outDir}`,
  ];
}
