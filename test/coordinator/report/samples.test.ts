import fc from 'fast-check';
import test from 'ava';
import sharp from 'sharp';
import { chooseSamples } from '../../../coordinator/report/choose-samples.ts';
import { encodeSamples } from '../../../coordinator/report/encode-samples.ts';
import { sampleResults } from './sample-results.ts';
import { withTransfer } from './sample-transfer.ts';

function choose(labels: number[], predicted: number[]): number[] {
  const part = { labels: Uint8Array.from(labels), pixels: new Uint8Array() };
  return chooseSamples({ fit: part }, { predicted: Uint8Array.from(predicted) });
}

test('of a class, two right answers come before two wrong ones, spread over the table', (t) => {
  const labels = Array.from({ length: 100 }, () => 3);
  const predicted = labels.map((label, index) => (index % 2 === 0 ? label : 1));
  t.deepEqual(choose(labels, predicted), [24, 74, 25, 75]);
});

test('where right or wrong answers lack, the others take their place', (t) => {
  t.deepEqual(choose([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]), [0, 1, 3, 4]);
  t.deepEqual(choose([0, 0, 0, 0, 0], [1, 1, 0, 1, 1]), [2, 0, 3, 4]);
  t.deepEqual(choose([0], [0]), [0]);
});

test('without predictions nothing is chosen', (t) => {
  t.deepEqual(choose([0, 1], []), []);
});

test('never more than 40, never one twice, of every class some', (t) => {
  const answers = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 300 });
  fc.assert(
    fc.property(answers, (pairs) => {
      const labels = pairs.map(([label]) => label);
      const chosen = choose(
        labels,
        pairs.map(([, predicted]) => predicted),
      );
      const classes = new Set(labels).size;
      t.true(chosen.length <= 40);
      t.is(new Set(chosen).size, chosen.length);
      t.is(new Set(chosen.map((index) => labels[index])).size, Math.min(40, classes));
    }),
  );
});

test('each picture is a grey PNG of the pixels the model saw', async (t) => {
  const results = withTransfer(sampleResults());
  const { set, fit } = results.transfer!;
  const samples = await encodeSamples(results);
  const chosen = chooseSamples(set, fit);
  t.is(samples.length, chosen.length);
  for (const way of ['paper', 'fit'] as const) {
    const png = Buffer.from(samples[7]![way].png, 'base64');
    const { channels, width, height, format } = await sharp(png).metadata();
    t.deepEqual(
      { channels, width, height, format },
      { channels: 1, width: 28, height: 28, format: 'png' },
    );
    const pixels = await sharp(png).toColourspace('b-w').raw().toBuffer();
    const expected = set[way].pixels.subarray(chosen[7]! * 784, (chosen[7]! + 1) * 784);
    t.deepEqual(new Uint8Array(pixels), expected);
  }
});

test('each picture has its source, its class and both answers', async (t) => {
  const results = withTransfer(sampleResults());
  const { set, paper, fit } = results.transfer!;
  const { classes } = results.plan.dataset;
  const index = chooseSamples(set, fit)[5]!;
  const sample = (await encodeSamples(results))[5]!;
  t.like(sample, { ...set.sources[index]!, class: classes[set.fit.labels[index]!]! });
  t.is(sample.paper.predicted, classes[paper.predicted[index]!]!);
  t.is(sample.fit.predicted, classes[fit.predicted[index]!]!);
});

test('colour pictures keep their colours, odd channels are not drawn', async (t) => {
  const results = withTransfer(sampleResults());
  const withChannels = (channels: number) => {
    const image = { height: 28, width: 28, channels };
    const dataset = { ...results.plan.dataset, image };
    const part = { ...results.transfer!.set.fit, pixels: new Uint8Array(265 * 784 * channels) };
    const set = { ...results.transfer!.set, paper: part, fit: part };
    const transfer = { ...results.transfer!, set };
    return encodeSamples({ ...results, plan: { ...results.plan, dataset }, transfer });
  };
  const [sample] = await withChannels(3);
  t.is((await sharp(Buffer.from(sample!.fit.png, 'base64')).metadata()).channels, 3);
  t.deepEqual(await withChannels(5), []);
});
