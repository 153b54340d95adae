import test from 'ava';
import fc from 'fast-check';
import { suggest } from '../../cli/suggest.ts';

const NAMES = ['data', 'folds', 'fold-map', 'batch-size', 'lr', 'lr-schedule', 'seed', 'run'];

for (const [word, meant] of [
  ['fold', 'folds'],
  ['flods', 'folds'],
  ['batchSize', 'batch-size'],
  ['BATCH_SIZE', 'batch-size'],
  ['lrSchedule', 'lr-schedule'],
  ['sed', 'seed'],
  ['--seed', 'seed'],
] as const) {
  test(`"${word}" most likely means "${meant}"`, (t) => {
    t.is(suggest(word, NAMES), meant);
  });
}

for (const word of ['', 'x', 'color', 'kfolds-of-all', 'rl']) {
  test(`"${word}" is near no name`, (t) => {
    t.is(suggest(word, NAMES), undefined);
  });
}

test('a name with one letter dropped is recognised', (t) => {
  const names = NAMES.filter((name) => name.length > 3);
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), (name, at) => {
      const place = at % name.length;
      t.is(suggest(name.slice(0, place) + name.slice(place + 1), names), name);
    }),
  );
});
