import test from 'ava';
import { datasetInfo } from '../../../shared/data/digest.ts';
import type { StepKind } from '../../../shared/domain.ts';
import { ensureEngine } from '../../../worker/engine/ensure.ts';
import { tinyAssignment, withFolder } from '../../helpers/tiny-fold.ts';
import { drawnDataset, measureApart, type MemorySample } from '../../helpers/train-apart.ts';

test.before(() => ensureEngine({ onProgress: () => undefined }));

const KINDS = ['eager', 'compiled'] as const satisfies readonly StepKind[];
const MEGABYTE = 2 ** 20;
/** What Node keeps for itself moves by 5 MB; 150 states of a tiny fold that are kept are 200 MB. */
const EPOCHS_ALLOWANCE = 12 * MEGABYTE;
/** Weights and moments of the paper's network: five folds that leave them behind leave 88 MB. */
const FOLDS_ALLOWANCE = 3 * 4 * 1_475_000;

const tenFrom = (first: number) => Array.from({ length: 10 }, (_, index) => first + index);
/** The least, because what is kept for a moment only adds. */
const residentOf = (samples: readonly MemorySample[]): number =>
  Math.min(...samples.map(({ residentBytes }) => residentBytes));
const inMegabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`;

for (const step of KINDS) {
  test(`${step} training holds no more at its 200th epoch than at its 50th`, async (t) => {
    // 60 images in batches of 32: the second step of an epoch is a partial one.
    const assignment = tinyAssignment({ step, training: { epochs: 200, batchSize: 32 } });
    const { inEpochs, afterFolds } = await withFolder((outputDir) =>
      measureApart({
        assignments: [assignment],
        outputDir,
        sampledEpochs: [1, ...tenFrom(41), ...tenFrom(191)],
      }),
    );
    t.deepEqual([...new Set(inEpochs.map(({ tensors }) => tensors))], [inEpochs[0]!.tensors]);
    t.is(afterFolds[0]!.tensors, 0);
    const growth = residentOf(inEpochs.slice(11)) - residentOf(inEpochs.slice(1, 11));
    t.log(inMegabytes(growth));
    t.true(growth < EPOCHS_ALLOWANCE, inMegabytes(growth));
  });

  test(`ten folds of ${step} training in one process leave nothing behind`, async (t) => {
    const dataset = datasetInfo(drawnDataset(120));
    const validation = tenFrom(0);
    const training = { epochs: 1, batchSize: 100 };
    const assignments = tenFrom(0).map((fold) =>
      tinyAssignment({ step, fold, dataset, validation, training }),
    );
    const { afterFolds } = await withFolder((outputDir) =>
      measureApart({ assignments, outputDir, sampledEpochs: [] }),
    );
    t.deepEqual([...new Set(afterFolds.map(({ tensors }) => tensors))], [0]);
    // What the allocator takes at first stays its own: the first two folds say nothing.
    const growth = residentOf(afterFolds.slice(7)) - residentOf(afterFolds.slice(2, 5));
    t.log(afterFolds.map(({ residentBytes }) => inMegabytes(residentBytes)).join(', '));
    t.true(growth < FOLDS_ALLOWANCE, inMegabytes(growth));
  });
}
