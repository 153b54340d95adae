import test from 'ava';
import fc from 'fast-check';
import {
  predictionLines,
  predictionTable,
  shortenedInside,
} from '../../../cli/model/prediction-table.ts';
import type { Prediction } from '../../../cli/model/predictions.ts';

const plainPaint = (_style: unknown, text: string): string => text;
const classes = ['Coat', 'Bag'];

const prediction = (file: string): Prediction => ({
  file,
  ranked: [
    { class: 'Bag', index: 1, probability: 0.75 },
    { class: 'Coat', index: 0, probability: 0.25 },
  ],
});

function table(files: readonly string[], top = 1, names = classes): string {
  const { head, format } = predictionTable({ files, classes: names, top, paint: plainPaint });
  return head + files.map((file) => format(prediction(file))).join('');
}

test('file, class and probability stand in columns', (t) => {
  t.is(
    table(['a.jpg', 'shirt.jpg']),
    [
      'File       Class  Probability',
      'a.jpg      Bag         75.00%',
      'shirt.jpg  Bag         75.00%',
      '',
    ].join('\n'),
  );
});

test('further classes follow below the first', (t) => {
  t.is(
    table(['a.jpg'], 9),
    [
      'File   Class  Probability',
      'a.jpg  Bag         75.00%',
      '       Coat        25.00%',
      '',
    ].join('\n'),
  );
});

test('lines fit 80 columns whatever the names, the end of a file name kept', (t) => {
  const long = `${'folder/'.repeat(30)}shirt.jpg`;
  const lines = table([long, 'a.jpg'], 2, ['x'.repeat(300), 'Bag']).split('\n');
  t.true(lines.every((line) => [...line].length <= 80));
  t.regex(lines[1]!, /^folder\/.*….*folder\/shirt\.jpg {2}Bag /);
});

test('names cannot steer the terminal', (t) => {
  const text = table(['\u001b[2Jevil\n.jpg', 'safe\u202egpj.exe'], 2, [
    '\u001b]0;mine\u0007',
    'Bag',
  ]);

  t.notRegex(text.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f\u202e]/);
  t.is(text.split('\n').length, 6);
});

test('a line of JSON tells all classes in order, or the most probable ones', (t) => {
  const all = predictionLines({ top: undefined, isSynthetic: false }).format(prediction('a.jpg'));
  t.is(
    all,
    '{"file":"a.jpg","class":"Bag","index":1,"probability":0.75,' +
      '"probabilities":{"Coat":0.25,"Bag":0.75}}\n',
  );
  const one = predictionLines({ top: 1, isSynthetic: true }).format(prediction('a.jpg'));
  t.deepEqual(JSON.parse(one), {
    ...{ file: 'a.jpg', class: 'Bag', index: 1, probability: 0.75 },
    ...{ probabilities: { Bag: 0.75 }, synthetic: true },
  });
});

test('JSON keeps names whole, and still cannot steer the terminal', (t) => {
  const name = '\u001b[2J\u009b2J\u202eevil\n"\\.jpg';
  const line = predictionLines({ top: 1, isSynthetic: false }).format(prediction(name));

  t.notRegex(line.trimEnd(), /[\u0000-\u001f\u007f-\u009f\u202e]/);
  t.is((JSON.parse(line) as { file: string }).file, name);
});

test('what is shortened keeps its beginning and its end', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 4, max: 60 }),
      (text, length) => {
        const short = [...shortenedInside(text, length)];
        if ([...text].length <= length) return short.join('') === text;
        const [head = '', tail = ''] = short.join('').split(/…(?=[^]*$)/);
        return (
          short.length === length &&
          text.startsWith(head[0] ?? '') &&
          text.endsWith(tail.at(-1) ?? '')
        );
      },
    ),
  );
  t.is(shortenedInside('abcdefghij', 7), 'ab…ghij');
});
