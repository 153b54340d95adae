import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { replaceFile } from '../../shared/durable-files.ts';
import { asError } from '../../shared/errors.ts';
import { renderCvResults } from './cv-results.ts';
import { encodeSamples } from './encode-samples.ts';
import { renderReportHtml } from './report-html.ts';
import { buildReport } from './report-json.ts';
import type { Report } from './report-schema.ts';
import { reportText } from './report-text.ts';
import type { RunResults } from './run-results.ts';

/**
 * Writes `report.html`, `cv_results.csv` and last `report.json` into `outDir`, each whole or not at
 * all: where `report.json` lies, the run is complete.
 */
export async function writeReport(outDir: string, results: RunResults): Promise<Report> {
  const report = await buildWithSamples(results);
  const html = await renderReportHtml(report);
  await mkdir(outDir, { recursive: true });
  await writeFileAtomic(join(outDir, 'report.html'), html);
  await writeFileAtomic(join(outDir, 'cv_results.csv'), renderCvResults(report));
  await replaceFile(join(outDir, 'report.json'), reportText(report));
  return report;
}

/** Pictures that cannot be drawn are no reason to lose the results of a run: a warning says so. */
async function buildWithSamples(results: RunResults): Promise<Report> {
  const samples = await encodeSamples(results).catch(asError);
  if (!(samples instanceof Error)) return buildReport(results, samples);
  const warning = `the report shows no pictures of the transfer evaluation: ${samples.message}`;
  return buildReport({ ...results, warnings: [...results.warnings, warning] });
}
