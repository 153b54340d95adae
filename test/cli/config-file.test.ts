import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../shared/errors.ts';
import { parseConfig, readConfigFile } from '../../cli/config-file.ts';
import { withFolder } from './command-line.ts';

test('settings are read from YAML', (t) => {
  const text = '# a run\ndata: ./images\nfolds: 5\nlr: 1e-3\nbatch-size: 100\nstratify: false\n';
  const expected = { data: './images', folds: 5, lr: 0.001, 'batch-size': 100, stratify: false };
  t.deepEqual(parseConfig(text, 'run.yaml'), expected);
});

test('settings are read from JSON, tabs and byte order mark included', (t) => {
  const text = '\u{feff}{\n\t"folds": 5,\n\t"run": "a",\n\t"json": true\n}\n';
  t.deepEqual(parseConfig(text, 'run.json'), { folds: 5, run: 'a', json: true });
});

for (const text of ['', '# nothing\n', '{}', 'null']) {
  test(`a file with nothing in it sets nothing: ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(parseConfig(text, 'run.yaml'), {});
  });
}

const refused = test.macro({
  exec: (t, _what: string, text: string, expected: RegExp) => {
    const error = t.throws(() => parseConfig(text, 'run.yaml'), { instanceOf: UsageError });
    t.true(error.message.startsWith('--config run.yaml: '));
    t.regex(error.message, expected);
    t.false(error.message.includes('\n'));
  },
  title: (_, what: string) => `a configuration file is refused ${what}`,
});

test(refused, 'for an unknown setting', 'colour: red', /unknown setting "colour"$/);
test(
  refused,
  'for a mistyped one, with the right one',
  'fold: 3',
  /"fold", did you mean "folds"\?/,
);
test(refused, 'in camel case', 'batchSize: 3', /"batchSize", did you mean "batch-size"\?/);
test(refused, 'with underscores', 'fold_map: a', /did you mean "fold-map"\?/);
test(refused, 'with dashes in front', '--folds: 3', /did you mean "folds"\?/);
test(refused, 'naming all unknown settings', 'a: 1\nfolds: 3\nb: 2', /"a"; unknown setting "b"/);
test(refused, 'that names another', 'config: other.yaml', /cannot be set in a configuration file/);
test(refused, 'with a setting twice', 'folds: 3\nfolds: 4', /keys must be unique at line 2/);
test(refused, 'with a setting twice in JSON', '{"folds": 3, "folds": 4}', /keys must be unique/);
test(refused, 'that is a list', '- folds', /expected settings such as "folds: 3"/);
test(refused, 'that is a word', 'folds', /got "folds"/);
test(refused, 'that is no YAML', 'folds: [3', /line 1/);
test(refused, 'with two documents', 'folds: 3\n---\nfolds: 4', /several documents, expected one/);
test(refused, 'with a tag of its own', 'folds: !mine 3', /tag/i);
test(refused, 'with an inherited name', '__proto__: {folds: 3}', /unknown setting "__proto__"/);
test(refused, 'with a name of every object', 'constructor: 3', /unknown setting "constructor"/);
test(refused, 'with an alias to nothing', 'folds: *k', /alias/i);
test(refused, 'with a list', 'folds: [3]', /: folds: expected a single value, got a list$/);
test(refused, 'with a list in itself', 'folds: &a [*a]', /folds: expected a single value/);
test(refused, 'with a mapping', 'folds: {k: 3}', /folds: expected a single value, got a mapping$/);
test(refused, 'with a list for a name', '? [a, b]\n: 3', /the name of a setting .*got a list$/);
test(refused, 'with a nest', '['.repeat(3e4), /nested too deeply; settings are single values$/);
test(
  refused,
  'naming a few of very many unknown settings',
  Array.from({ length: 500 }, (_, n) => `a${n}: 1`).join('\n'),
  /: unknown setting "a0"; unknown setting "a1"; unknown setting "a2"; and 497 more$/,
);

test('an alias stands for its value', (t) => {
  t.deepEqual(parseConfig('folds: &n 3\nepochs: *n', 'run.yaml'), { folds: 3, epochs: 3 });
});

test('a bomb of aliases is refused', (t) => {
  const levels = Array.from(
    { length: 9 },
    (_, n) => `k${n + 1}: &k${n + 1} [${`*k${n},`.repeat(9)}]`,
  );
  const text = ['k0: &k0 [x]', ...levels].join('\n');
  t.throws(() => parseConfig(text, 'run.yaml'), { instanceOf: UsageError });
});

test('a file that cannot be read is refused by its name', async (t) => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'run.yaml');
    await t.throwsAsync(readConfigFile(file), { message: /--config .*run\.yaml does not exist/ });
    await t.throwsAsync(readConfigFile(folder), { message: /is a folder/ });
    await writeFile(file, Uint8Array.of(0x66, 0xff, 0xfe));
    await t.throwsAsync(readConfigFile(file), { message: /not UTF-8/ });
    await writeFile(file, 'x'.repeat(2 ** 16 + 1));
    await t.throwsAsync(readConfigFile(file), { message: /run\.yaml is larger than 64 KiB/ });
    await writeFile(file, 'folds: 4');
    t.deepEqual((await readConfigFile(file)).values, { folds: 4 });
  });
});
