import { PROTOCOL_VERSION } from '../shared/wire/session.ts';
import { foldwiseVersion } from '../shared/version.ts';
import type { Report } from './report/report-schema.ts';
import { writeReport } from './report/write-report.ts';
import type { CoordinatorOptions } from './run.ts';
import type { Finished } from './state.ts';

/** Writes what a finished run leaves behind; of a resumed run the same as of any other. */
export async function finishReport(
  { plan, network, config, duplicates, warnings, coverage, record, outDir, ...own }: CoordinatorOptions,
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
    startedAt: record.header.createdAt,
    finishedAt: new Date().toISOString(),
  });
}
