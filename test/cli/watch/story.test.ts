import test from 'ava';
import fc from 'fast-check';
import { createStory } from '../../../cli/watch/story.ts';
import { asRunId } from '../../../shared/domain.ts';
import { recordedEvents } from '../../helpers/recorded-events.ts';

const [first] = recordedEvents();
const numbered = (sequence: number) => ({ ...first!, sequence });

test('each event is new once, however often and in whatever order copies of it come', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 })), (sequences) => {
      const story = createStory();
      const heard = sequences.filter((one) => story.hear(numbered(one)).kind === 'new');
      t.deepEqual(
        heard,
        [...new Set(heard)].sort((a, b) => a - b),
      );
      t.is(heard.at(-1) ?? 0, Math.max(0, ...sequences));
    }),
  );
});

test('what is skipped is noticed, at the beginning too', (t) => {
  const story = createStory();
  t.deepEqual(story.hear(numbered(3)), { kind: 'new', missing: [1, 2] });
  t.deepEqual(story.hear(numbered(4)), { kind: 'new' });
  t.deepEqual(story.hear(numbered(6)), { kind: 'new', missing: [5, 5] });
  t.deepEqual(story.hear(numbered(5)), { kind: 'old' });
});

test('the first event says which run it is, unless one was asked for', (t) => {
  const any = createStory();
  t.is(any.run(), undefined);
  any.hear(numbered(1));
  t.is(any.run(), asRunId('a-run'));
  const other = createStory(asRunId('b-run'));
  t.deepEqual(other.hear(numbered(1)), { kind: 'old' });
  t.is(other.run(), asRunId('b-run'));
});
