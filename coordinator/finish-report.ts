import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { PROTOCOL_VERSION } from '../shared/wire/session.ts';
import { foldwiseVersion } from '../shared/version.ts';
import { describeFold } from './report/report-json.ts';
import type { Report } from './report/report-schema.ts';
import { writeReport } from './report/write-report.ts';
import type { CoordinatorOptions } from './options.ts';
import type { Finished, Outcome } from './scheduler/state.ts';

/** Writes what a finished run leaves behind; of a resumed run the same as of any other. */
export async function finishReport(
  {
    plan,
    network,
    config,
    duplicates,
    warnings,
    coverage,
    startedAt,
    outDir,
    ...own
  }: CoordinatorOptions & { readonly startedAt: string },
  { folds, missing, best, evaluation, transfer, warnings: lacking }: Finished,
): Promise<Report> {
  const set = own.transfer;
  return writeReport(outDir, {
    ...{ plan, config, duplicates, folds, missing, best, evaluation },
    warnings: [...warnings, ...lacking],
    ...(set === undefined || transfer === undefined ? {} : { transfer: { set, ...transfer } }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(network === undefined ? {} : { network }),
    versions: { foldwise: foldwiseVersion(), node: process.version, protocol: PROTOCOL_VERSION },
    startedAt,
    finishedAt: notBefore(startedAt, new Date()),
  });
}

/** A clock that was put back, or that of another machine: no run takes less than no time. */
const notBefore = (earliest: string, now: Date): string =>
  now.getTime() < Date.parse(earliest) ? earliest : now.toISOString();

type Failed = Extract<Outcome, { status: 'failed' }>;

/**
 * Writes the folds that are done of a run that failed to `incomplete.json`, which says that others
 * are missing.
 *
 * @returns what to tell of it
 */
export async function writeIncomplete(
  { plan, outDir }: Pick<CoordinatorOptions, 'plan' | 'outDir'>,
  { reason, folds, missing }: Failed,
): Promise<string> {
  if (folds.length === 0) return reason;
  const { run, k, dataset } = plan;
  const data = { name: dataset.name, synthetic: dataset.synthetic };
  const content = { incomplete: true, run, k, data, missing, folds: folds.map(describeFold) };
  const file = path.join(outDir, 'incomplete.json');
  await writeFileAtomic(file, `${JSON.stringify(content, null, 2)}\n`);
  return (
    `${reason}. The results of ${folds.length} of ${k} folds, incomplete, are in ${file}; ` +
    'begun with --allow-partial, a run goes on without a fold that is given up'
  );
}
