import test from 'ava';
import {
  foldCurves,
  meanEpochs,
  MOST_DRAWN,
  overviewCurves,
} from '../../../../coordinator/report/figures/curves.ts';
import { buildReport } from '../../../../coordinator/report/report-json.ts';
import type { ReportFold } from '../../../../coordinator/report/report-schema.ts';
import { sampleResults } from '../sample-results.ts';
import { corners, draw, type Drawn } from './drawing.ts';

/** Two folds of three epochs with round numbers: validation 70, 80, 90% and 80, 90, 100%. */
function handMade(): ReportFold[] {
  const { folds } = buildReport(sampleResults({ k: 2, epochs: 3 }));
  return folds.map((fold, index) => ({
    ...fold,
    epochs: fold.epochs.map((epoch, at) => ({
      ...epoch,
      trainLoss: 1 - 0.1 * at,
      trainAccuracy: 0.5 + 0.1 * at,
      validationLoss: 0.8 - 0.2 * at,
      validationAccuracy: 0.7 + 0.1 * at + 0.1 * index,
    })),
  }));
}

const linesOf = (drawn: Drawn, part: string) =>
  drawn.elements('path').filter(({ stroke }) => stroke === `var(--${part})`);

/** Heights of a line's corners as shares of the distance from the lowest to the highest grid line. */
function heights(drawn: Drawn, path: string): number[] {
  const grid = drawn.elements('path').filter(({ stroke }) => stroke === 'var(--grid)');
  const levels = grid.map(({ d = '' }) => corners(d)[0]![1]);
  const [top, bottom] = [Math.min(...levels), Math.max(...levels)];
  return corners(path).map(([, y]) => Math.round(((bottom - y) / (bottom - top)) * 100) / 100);
}

test('means are taken over the folds, epoch by epoch', (t) => {
  const means = meanEpochs(handMade());
  t.deepEqual(
    means.map(({ validationAccuracy }) => validationAccuracy.toFixed(3)),
    ['0.750', '0.850', '0.950'],
  );
  t.deepEqual(
    means.map(({ epoch }) => epoch),
    [1, 2, 3],
  );
});

test('a curve passes where its numbers are', async (t) => {
  const folds = handMade();
  const drawn = await draw(foldCurves(folds[0]!, folds, 'accuracy'));
  // The scale runs from 50% to 100%, whatever this fold alone would need.
  const levels = drawn.texts.filter((text) => text.endsWith('%'));
  t.deepEqual([levels[0], levels.at(-1)], ['50%', '100%']);
  const [validation] = linesOf(drawn, 'validation');
  t.deepEqual(heights(drawn, validation!.d!), [0.4, 0.6, 0.8]);
  const [training] = linesOf(drawn, 'training');
  t.deepEqual(heights(drawn, training!.d!), [0, 0.2, 0.4]);
});

test('losses are drawn from zero', async (t) => {
  const folds = handMade();
  const drawn = await draw(foldCurves(folds[1]!, folds, 'loss'));
  const [validation] = linesOf(drawn, 'validation');
  t.deepEqual(heights(drawn, validation!.d!), [0.8, 0.6, 0.4]);
});

test('the overview has a line for each fold and a strong one, with its name, for the mean', async (t) => {
  const drawn = await draw(overviewCurves(handMade(), 'accuracy'));
  const lines = linesOf(drawn, 'validation');
  t.is(lines.length, 3);
  t.deepEqual(heights(drawn, lines.at(-1)!.d!), [0.5, 0.7, 0.9]);
  t.is(lines.at(-1)!['stroke-width'], '2');
  t.true(drawn.texts.includes('validation') && drawn.texts.includes('training'));
});

test('of very many folds the overview has lines of some, and the mean of all', async (t) => {
  const [fold] = handMade();
  const epochs = fold!.epochs.map((epoch) => ({ ...epoch, validationAccuracy: 1 }));
  const folds = Array.from({ length: 250 }, (_, index) =>
    index % 2 === 0 ? fold! : { ...fold!, epochs },
  );
  const drawing = overviewCurves(folds, 'accuracy');
  const drawn = await draw(drawing);
  const lines = linesOf(drawn, 'validation');
  t.true(lines.length > 50 && lines.length <= MOST_DRAWN + 1, `${lines.length} lines`);
  t.regex(drawing.label, /mean of 250 folds/);
});

test('training and validation differ by more than colour', async (t) => {
  const drawn = await draw(overviewCurves(handMade(), 'accuracy'));
  t.true(linesOf(drawn, 'training').every((line) => line['stroke-dasharray'] !== undefined));
  t.true(linesOf(drawn, 'validation').every((line) => line['stroke-dasharray'] === undefined));
});

test('a single epoch is drawn as points, those of training hollow', async (t) => {
  const { folds } = buildReport(sampleResults({ epochs: 1 }));
  const drawn = await draw(overviewCurves(folds, 'accuracy'));
  const points = drawn.elements('path').filter(({ fill }) => fill === 'var(--validation)');
  t.is(points.length, 4);
  t.is(drawn.elements('path').filter(({ fill }) => fill === 'var(--training)').length, 0);
  const outlines = linesOf(drawn, 'training').filter((path) => !path['stroke-dasharray']);
  t.deepEqual(
    outlines.map(({ fill }) => fill),
    Array<string>(4).fill('none'),
  );
  t.regex(drawn.svg, /aria-label="[^"]*: training [\d.]+%; validation [\d.]+%\./);
});

test('a figure says in words what it shows', async (t) => {
  const folds = handMade();
  const { svg } = await draw(foldCurves(folds[0]!, folds, 'accuracy'));
  t.regex(svg, /role="img" aria-label="Accuracy of fold 0 .*validation from 70.0% to 90.0%/);
});
