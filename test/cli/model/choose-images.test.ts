import test from 'ava';
import { chooseImages, type Division } from '../../../cli/model/choose-images.ts';
import { divideData } from '../../../shared/data/load.ts';
import type { OpenedData } from '../../../shared/data/open.ts';
import { UsageError } from '../../../shared/errors.ts';
import { modelMetadata, type ModelMetadata } from '../../../worker/trainer/save.ts';
import { tinyAssignment, tinyDataset } from '../../helpers/tiny-fold.ts';

const { name, classes, image, train, test: ownTest } = tinyDataset;
const known = { name, classes, image, synthetic: false };
const whole: OpenedData = { ...known, kind: 'idx', train, test: ownTest };
const undivided: OpenedData = { ...known, kind: 'images', train };

/** What a model trained on these data, so divided, says of itself. */
function trainedOn(opened: OpenedData, division: Division): ModelMetadata {
  const { info: dataset } = divideData(opened, division);
  return modelMetadata(tinyAssignment({ dataset }), { mean: 100, std: 50 });
}

const NOT_ITS_OWN = /are not those the model was trained on/;

test("of a model's own data, the test part of its run is chosen, limited as there", (t) => {
  const chosen = chooseImages(whole, trainedOn(whole, { limit: 9 }), {});
  t.like(chosen, { part: 'test', notes: [] });
  t.deepEqual(chosen.images, divideData(whole, { limit: 9 }).dataset.test);
});

test('of its own data without a test part, what was held out is chosen again', (t) => {
  const division = { testFraction: 0.3, seed: 8, limit: 12 };
  const chosen = chooseImages(undivided, trainedOn(undivided, division), {});
  t.like(chosen, { part: 'hold-out', notes: [] });
  t.deepEqual(chosen.images, divideData(undivided, division).dataset.test);
});

test('another limit leaves the hold-out as it was', (t) => {
  const metadata = trainedOn(undivided, { testFraction: 0.3, seed: 8, limit: 12 });
  const { images, notes } = chooseImages(undivided, metadata, { limit: 6 });
  t.deepEqual(notes, []);
  t.is(images.labels.length, 6);
  const asked = { testFraction: 0.3, seed: 8, limit: 6 };
  t.deepEqual(images, divideData(undivided, asked).dataset.test);
});

test('another hold-out than that of the training holds images of the training: said', (t) => {
  const metadata = trainedOn(undivided, { testFraction: 0.3, seed: 8 });
  for (const asked of [{ seed: 9 }, { testFraction: 0.4 }]) {
    const { part, notes } = chooseImages(undivided, metadata, asked);
    t.is(part, 'hold-out');
    t.regex(notes.join(), /images that the model was trained on are among those scored/);
  }
  t.deepEqual(chooseImages(undivided, metadata, { seed: 8 }).notes, []);
});

test('of other data their test part is chosen, and it is said that they are others', (t) => {
  const metadata = trainedOn({ ...whole, train: ownTest, test: train }, { limit: 9 });
  const chosen = chooseImages(whole, metadata, {});
  t.is(chosen.part, 'test');
  t.deepEqual(chosen.images, ownTest);
  t.regex(chosen.notes.join(), NOT_ITS_OWN);
  t.regex(chosen.notes.join(), /tiny, limited to 9/);
});

test('of other data without a test part all images are chosen, unless a share is asked for', (t) => {
  for (const metadata of [undefined, trainedOn(whole, {}), trainedOn(undivided, { seed: 1 })]) {
    const other = { ...undivided, train: ownTest };
    t.deepEqual(chooseImages(other, metadata, {}).images, ownTest);
    t.is(chooseImages(other, metadata, {}).part, 'all');
    t.is(chooseImages(other, metadata, { limit: 6 }).images.labels.length, 6);
    const share = chooseImages(other, metadata, { testFraction: 0.5 });
    t.is(share.part, 'hold-out');
    t.is(share.images.labels.length, 15);
  }
});

test('data too small to be divided as in the training are other data', (t) => {
  const metadata = trainedOn(undivided, { testFraction: 0.01 });
  const few = { labels: Uint8Array.of(0, 1, 2), pixels: new Uint8Array(300) };
  t.is(chooseImages({ ...undivided, train: few }, metadata, {}).part, 'all');
});

test('a model that does not say what it was trained on is no model of these data', (t) => {
  t.regex(chooseImages(whole, undefined, {}).notes.join(), /does not say what it was trained on/);
});

test('a share to hold out is refused where there is a test part', (t) => {
  t.throws(() => chooseImages(whole, undefined, { testFraction: 0.2 }), {
    instanceOf: UsageError,
    message: /--test-fraction 0\.2 is for data without a test part, but tiny has one/,
  });
});
