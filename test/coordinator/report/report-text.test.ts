import test from 'ava';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import { reportText } from '../../../coordinator/report/report-text.ts';
import type { Report } from '../../../coordinator/report/report-schema.ts';
import { sampleResults } from './sample-results.ts';

/** The same in one piece. */
const whole = (report: Report): string => {
  const lists = /\[\n\s+([-\d.,e+\s]+?)\n\s+\]/g;
  const text = JSON.stringify(report, null, 2);
  return `${text.replace(lists, (_, list: string) => `[${list.replace(/\s+/g, ' ')}]`)}\n`;
};

test('the pieces are the indented JSON of the report', (t) => {
  const report = buildReport(sampleResults({ k: 3, epochs: 2 }));
  const warned = { ...report, warnings: ['of two\nlines', '[\n  1,\n  2\n]'], transfer: undefined };
  for (const each of [report, warned, { ...report, folds: [] }]) {
    t.is([...reportText(each)].join(''), whole(each));
    t.deepEqual(JSON.parse([...reportText(each)].join('')), JSON.parse(JSON.stringify(each)));
  }
});

test('no piece is of more than one fold', (t) => {
  const pieces = (k: number) => [...reportText(buildReport(sampleResults({ k, epochs: 2 })))];
  const longest = (k: number): number => Math.max(...pieces(k).map(({ length }) => length));
  t.true(longest(60) < 1.5 * longest(3));
  t.true(pieces(60).length > 60);
});
