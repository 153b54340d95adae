import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { StepKind } from '../../../shared/domain.ts';
import { ensureEngine } from '../../../worker/engine/ensure.ts';
import { readTrainingState } from '../../../worker/trainer/training-state-file.ts';
import { tinyAssignment, withFolder } from '../../helpers/tiny-fold.ts';
import { trainApart, type TrainReply, type TrainRequest } from '../../helpers/train-apart.ts';

test.before(() => ensureEngine({ onProgress: () => undefined }));

/** What has to agree: everything but times. */
const numbersOf = ({ epochs, validation, model }: TrainReply) => ({
  epochs: epochs.map((report) => ({ ...report, seconds: 0 })),
  validation,
  model,
});

/** 60 images in batches of 16: the fourth step of an epoch is a partial one. */
const wholeEpochs = { epochs: 2, steps: 0 };
const middle = { epochs: 2, steps: 2 };
const unvalidated = { epochs: 3, steps: 4 };

for (const step of ['eager', 'compiled'] as const satisfies readonly StepKind[]) {
  test(`${step} training that goes on in a new process ends with the same bits`, async (t) => {
    await withFolder(async (folder) => {
      const assignment = tinyAssignment({ step, training: { epochs: 4 } });
      const train = async (name: string, rest: Partial<TrainRequest> = {}) => {
        const outputDir = path.join(folder, name);
        await mkdir(outputDir);
        return trainApart({ assignment, outputDir, ...rest });
      };
      const file = (name: string) => path.join(folder, `${name}.state`);
      const states = [
        { ...wholeEpochs, file: file('whole') },
        { ...middle, file: file('middle') },
        { ...unvalidated, file: file('unvalidated') },
      ];
      const [straight, watched] = await Promise.all([
        train('straight'),
        train('watched', { states }),
      ]);
      t.deepEqual(numbersOf(watched), numbersOf(straight), 'twice the same, states taken or not');
      const [fromWhole, fromMiddle, fromUnvalidated] = await Promise.all(
        states.map(({ file: resumeFile }, index) => train(`resumed-${index}`, { resumeFile })),
      );
      t.deepEqual(numbersOf(fromWhole!), numbersOf(straight), 'after two epochs');
      t.deepEqual(numbersOf(fromMiddle!), numbersOf(straight), 'in the middle of the third');
      t.deepEqual(numbersOf(fromUnvalidated!), numbersOf(straight), 'before a validation');
      t.deepEqual(
        [fromWhole!.reported, fromMiddle!.reported, fromUnvalidated!.reported],
        [2, 2, 1],
      );
      const told = (await readTrainingState(file('middle'))).progress;
      t.deepEqual(told.epochs, watched.epochs.slice(0, 2));
      t.is(told.underWay.losses.length, 2);
    });
  });
}
