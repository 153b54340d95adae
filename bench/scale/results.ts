import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { counted } from '../../coordinator/report/format.ts';
import { PAGE, section, writeSection } from '../docs.ts';
import { commonResults, readResultsOf } from '../results.ts';
import { loadAndVersions, machineLine } from '../table.ts';

/** Of the last run of this kind on this machine. */
export const SCALE_FILE = fileURLToPath(new URL('../results/scale.json', import.meta.url));

const number = z.number();

export const scaleResultsSchema = z.strictObject({
  ...commonResults,
  settings: z.strictObject({
    workers: number,
    folds: number,
    epochs: number,
    images: number,
    trainSeconds: number,
    arriveWithinSeconds: number,
    weightsBytes: number,
  }),
});

export type ScaleResults = z.infer<typeof scaleResultsSchema>;

/** @throws FoldwiseError where there are none, or none of this version */
export const readScaleResults = (file = SCALE_FILE): Promise<ScaleResults> =>
  readResultsOf(scaleResultsSchema, file, 'npm run bench -- --scale');

/** Replaces the results on the page. */
export const writeScaleDocs = (results: ScaleResults, page = PAGE): Promise<void> =>
  writeSection('scale', scaleSection(results), page);

export const scaleSection = (results: ScaleResults): string =>
  section(results, scaleCircumstances(results), 'of the same run');

/** Machine, versions and settings, one a line. */
export function scaleCircumstances({ machine, versions, settings }: ScaleResults): string[] {
  const { workers, folds, epochs, images, trainSeconds, arriveWithinSeconds } = settings;
  const kilobytes = (settings.weightsBytes / 1000).toFixed(0);
  return [
    machineLine(machine),
    ...loadAndVersions(machine, versions),
    `data: ${images} training images drawn by a program (synthetic)`,
    `settings: ${workers} simulated workers in one process, which come within ` +
      `${arriveWithinSeconds} s; ${folds} folds of ${counted(epochs, 'epoch')}, ${trainSeconds} s each in the ` +
      `mean; models of ${kilobytes} kB`,
  ];
}
