import test from 'ava';
import fc from 'fast-check';
import { UsageError } from '../../shared/errors.ts';
import { resolveSettings } from '../../cli/resolve-settings.ts';
import { COMMAND_SETTINGS, SETTINGS, type SettingName } from '../../cli/settings.ts';

const NAMES = COMMAND_SETTINGS.train;
const resolve = (flags: Record<string, unknown>, values?: Partial<Record<SettingName, unknown>>) =>
  resolveSettings(NAMES, { flags, file: values && { path: 'run.yaml', values } });

test('without a word from the user, the embedded data are trained with lighter defaults', (t) => {
  const { values, given } = resolve({});
  t.like(values, { data: 'synthetic', folds: 3, seed: 0, lr: 0.001, 'lr-schedule': 'cosine' });
  t.like(values, { 'weight-decay': 1e-5, dropout: 0.25, stratify: true, json: false });
  t.is(values.limit, undefined);
  t.true(values.epochs < 15 && values['batch-size'] < 1000);
  t.is(given.size, 0);
});

test('other data are trained with the defaults of the paper', (t) => {
  t.like(resolve({ data: 'some/folder' }).values, { epochs: 15, 'batch-size': 1000 });
  t.like(resolve({}, { data: 'some/folder' }).values, { epochs: 15, 'batch-size': 1000 });
  t.like(resolve({ data: 'synthetic', epochs: '2' }).values, { epochs: 2, 'batch-size': 100 });
});

test('the command line wins over the file, and the file over the defaults', (t) => {
  const { values, given } = resolve(
    { folds: '4', stratify: true },
    { folds: 9, seed: 7, stratify: false },
  );
  t.like(values, { folds: 4, seed: 7, stratify: true, epochs: 5 });
  t.deepEqual([...given].sort(), ['folds', 'seed', 'stratify']);
});

test('any whole number within its bounds is taken as written', (t) => {
  const bounds = { folds: [2, 10_000], epochs: [1, 100_000], seed: [0, Number.MAX_SAFE_INTEGER] };
  for (const [name, [min = 0, max]] of Object.entries(bounds)) {
    const number = max === undefined ? fc.nat() : fc.integer({ min, max });
    fc.assert(
      fc.property(number, (value) => {
        t.is(resolve({ [name]: String(value) }).values[name as 'folds'], value);
        t.is(resolve({}, { [name]: value }).values[name as 'folds'], value);
      }),
      { numRuns: 50 },
    );
  }
});

test('any number within its bounds is taken as written', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 10, noNaN: true }), (value) => {
      t.is(resolve({ lr: String(value) }).values.lr, value);
      t.is(resolve({ lr: value.toExponential() }).values.lr, value);
    }),
  );
});

const refused = test.macro({
  exec: (t, name: SettingName, text: string) => {
    const error = t.throws(() => resolve({ [name]: text }), { instanceOf: UsageError });
    t.is(
      error.message,
      `--${name}: expected ${SETTINGS[name].expected}, got ${JSON.stringify(text)}`,
    );
    t.is(error.exitCode, 2);
  },
  title: (_, name: string, text: string) => `--${name} refuses "${text}", saying what it expects`,
});

for (const text of [
  '',
  ' ',
  '3x',
  'x',
  '2.5',
  '1e3',
  '0x10',
  '-1',
  '1',
  '10001',
  'NaN',
  'Infinity',
  ' 3',
  '3 ',
  '٣',
]) {
  test(refused, 'folds', text);
}
for (const text of [
  '0',
  '-1',
  '1e400',
  '1e-400',
  'NaN',
  'Infinity',
  '0.1f',
  '1,5',
  '.',
  '1e',
  '',
]) {
  test(refused, 'lr', text);
}
for (const text of ['9007199254740992', '-1', '1.0']) test(refused, 'seed', text);
for (const text of ['1', '1.5', '-0.1']) test(refused, 'dropout', text);
for (const text of ['Cosine', 'linear', '']) test(refused, 'lr-schedule', text);
for (const text of ['A', 'a.b', '-a', 'a/b', '', 'ä', 'a'.repeat(64)]) test(refused, 'run', text);
for (const text of ['', 'a\0b']) test(refused, 'out', text);

test('text that is no number is never taken for one', (t) => {
  const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  fc.assert(
    fc.property(
      fc.string().filter((text) => !isNumber(text)),
      (text) => {
        for (const name of ['folds', 'lr', 'seed', 'dropout'] as const) {
          t.throws(() => resolve({ [name]: text }), { instanceOf: UsageError });
        }
      },
    ),
  );
});

for (const value of ['3', null, [3], { k: 3 }, true, 2.5, 1]) {
  test(`a file may not say folds: ${JSON.stringify(value)}`, (t) => {
    const error = t.throws(() => resolve({}, { folds: value }), { instanceOf: UsageError });
    t.true(
      error.message.startsWith('folds in run.yaml: expected a whole number from 2 to 10000, got '),
    );
  });
}

for (const value of [Number.NaN, Infinity, -Infinity]) {
  test(`a file may not say folds: ${value}`, (t) => {
    t.throws(() => resolve({}, { folds: value }), { instanceOf: UsageError });
  });
}

test('all problems are told at once', (t) => {
  const error = t.throws(() => resolve({ folds: '1', lr: 'x' }, { epochs: 0 }), {
    instanceOf: UsageError,
  });
  t.deepEqual(
    error.message.split('\n').map((line) => line.trim().split(':')[0]),
    ['several settings cannot be used', '--folds', 'epochs in run.yaml', '--lr'],
  );
});

test('a very long value is not repeated in full', (t) => {
  const error = t.throws(() => resolve({ folds: 'x'.repeat(10_000) }), { instanceOf: UsageError });
  t.true(error.message.length < 200);
});
