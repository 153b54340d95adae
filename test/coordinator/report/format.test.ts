import test from 'ava';
import {
  counted,
  duration,
  fraction,
  percent,
  percentRange,
  plain,
  points,
  shortened,
  timestamp,
} from '../../../coordinator/report/format.ts';

test('shares read as percent', (t) => {
  t.is(percent(0.91524), '91.52%');
  t.is(percent(0.078, 1), '7.8%');
  t.is(points(0.00132), '0.13');
});

test('shares of a whole read as people say them', (t) => {
  t.is(fraction(1 / 7), '1/7');
  t.is(fraction(0.25), '1/4');
  t.is(fraction(0.3), '30.0%');
  t.is(fraction(0.143), '14.3%');
  t.is(fraction(0.999), '99.9%');
});

test('an interval is cut to what a share can be', (t) => {
  t.is(percentRange({ low: 0.9095, high: 0.9205 }), '90.95–92.05%');
  t.is(percentRange({ low: -0.1, high: 1.1 }), '0.00–100.00%');
});

const durations: [seconds: number, text: string][] = [
  [0, '0.0 s'],
  [4.21, '4.2 s'],
  [59.94, '59.9 s'],
  [59.96, '1 min 00 s'],
  [134.1, '2 min 14 s'],
  [3599.4, '59 min 59 s'],
  [3599.6, '1 h 00 min'],
  [7380, '2 h 03 min'],
];
for (const [seconds, text] of durations) {
  test(`${seconds} seconds read as ${text}`, (t) => t.is(duration(seconds), text));
}

test('one is singular', (t) => {
  t.is(counted(1, 'class', 'classes'), '1 class');
  t.is(counted(1200, 'image'), '1,200 images');
});

test('times are written in UTC', (t) => {
  t.is(timestamp('2026-03-04T12:33:05.120Z'), '2026-03-04 12:33:05 UTC');
});

test('control characters and marks of direction become visible', (t) => {
  t.is(plain('a\u001b[31mb\r\n\u202ec'), 'a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}c');
  t.is(plain('Größe 鞋 👟'), 'Größe 鞋 👟');
});

test('long text is cut between characters', (t) => {
  t.is(shortened('Ankle boot', 10), 'Ankle boot');
  t.is(shortened('Ankle boots', 10), 'Ankle boo…');
  t.is(shortened('👟👟👟', 2), '👟…');
});
