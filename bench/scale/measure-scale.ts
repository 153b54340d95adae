import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeSynthetic } from '../../shared/data/write-synthetic.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import { foldwiseVersion } from '../../shared/version.ts';
import { chooseCores, describeMachine, isQuiet } from '../machine.ts';
import type { BenchOptions } from '../options.ts';
import { withTemporary } from '../temporary.ts';
import { startCoordinator } from './coordinator-process.ts';
import type { CrowdSettings } from './crowd-settings.ts';
import { scaleExtras, type ScaleMeasured, scaleRows } from './figures.ts';
import type { ScaleResults } from './results.ts';
import { runCrowd } from './run-crowd.ts';
import { WEIGHTS_BYTES } from './stand-ins.ts';

interface Surroundings {
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

interface Options extends Pick<BenchOptions, 'folds' | 'workers' | 'cores'> {
  readonly pace?: Pace;
}

/** How fast the workers are. */
type Pace = Pick<CrowdSettings, 'trainMs' | 'arriveWithinMs'>;

/** 500 workers then end 55 folds a second, many more than those of any cluster that trains. */
const PACE: Pace = { trainMs: 9_000, arriveWithinMs: 10_000 };
const EPOCHS = 1;
const TEST_IMAGES = 1_000;

/** Measures how one coordinator serves many workers and folds, none of which compute anything. */
export async function measureScale(
  options: Options,
  { signal, say }: Surroundings,
): Promise<ScaleResults> {
  const start = performance.now();
  const { workers, folds, pace = PACE } = options;
  const cores = chooseCores(options.cores, false);
  const machine = describeMachine(cores);
  const notes = isQuiet(machine)
    ? []
    : [`the machine was not quiet (load average ${machine.loadAverage.toFixed(2)})`];
  for (const note of notes) say(`warning: ${note}`);
  const measured = await withTemporary((temporary) =>
    measureIn(temporary, { workers, folds, pace, cores, signal, say }),
  );
  return {
    schema: 1,
    date: new Date().toISOString(),
    seconds: (performance.now() - start) / 1000,
    machine,
    versions: { node: process.version.slice(1), foldwise: foldwiseVersion() },
    settings: {
      ...{ workers, folds, epochs: EPOCHS, images: imagesFor(folds), weightsBytes: WEIGHTS_BYTES },
      ...{ trainSeconds: pace.trainMs / 1000, arriveWithinSeconds: pace.arriveWithinMs / 1000 },
    },
    rows: scaleRows(measured),
    extras: scaleExtras(measured),
    notes,
  };
}

/** Two validate in each fold. */
const imagesFor = (folds: number): number => 2 * folds;

async function measureIn(
  temporary: string,
  { folds, workers, pace, cores, signal, say }: Required<Options> & Surroundings,
): Promise<ScaleMeasured> {
  const data = path.join(temporary, 'data');
  const out = path.join(temporary, 'run');
  say(`drawing ${imagesFor(folds)} pictures`);
  await mkdir(data);
  const counts = { trainCount: imagesFor(folds), testCount: TEST_IMAGES, transferCount: 0 };
  await writeSynthetic(data, { seed: 0, ...counts, hasCsv: false, signal });
  say(`a coordinator of ${folds} folds, and ${workers} workers`);
  const args = [
    '--data',
    data,
    '--out',
    out,
    '--listen',
    '127.0.0.1:0',
    '--no-stratify',
    '--transfer',
    'none',
  ];
  const sizes = ['--folds', String(folds), '--epochs', String(EPOCHS)];
  const coordinator = await startCoordinator({ args: [...args, ...sizes], cores, signal });
  try {
    const { address } = coordinator;
    const settings = { coordinator: address, data, temporary, workers, ...pace };
    const crowd = runCrowd(settings, { cores, signal });
    const samples = await Promise.race([crowd, coordinator.ended.then(() => crowd)]);
    const crowdEndMs = performance.now();
    const { processorSeconds } = coordinator.taken();
    await coordinator.ended;
    const reportSeconds = (performance.now() - crowdEndMs) / 1000;
    await checkReport(path.join(out, 'report.json'), folds);
    const { peakBytes } = coordinator.taken();
    return { samples, workers, folds, reportSeconds, peakBytes, processorSeconds };
  } finally {
    coordinator.kill();
  }
}

const reportSchema = z.object({ folds: z.array(z.object({ fold: z.number() })) });

/** @throws FoldwiseError where a fold is missing */
async function checkReport(file: string, folds: number): Promise<void> {
  const report = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const different = new Set(report.folds.map(({ fold }) => fold)).size;
  if (different === folds) return;
  throw new FoldwiseError(`the report has ${different} of ${folds} folds`);
}
