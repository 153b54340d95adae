import test from 'ava';
import fc from 'fast-check';
import { asRunId, type RunId } from '../../shared/domain.ts';
import { ALL_EVENTS, eventsOf, parseSubject, subjectOf } from '../../shared/subjects.ts';
import { recordedEvents } from '../helpers/recorded-events.ts';

test('the subject of every event is read back as its place', (t) => {
  for (const event of recordedEvents()) {
    const subject = subjectOf(event);
    const place = { run: event.run, type: event.type };
    const isOfFold = event.type.startsWith('fold.') && 'fold' in event;
    t.deepEqual(parseSubject(subject), isOfFold ? { ...place, fold: event.fold } : place);
    t.true(subject.startsWith(eventsOf(event.run).slice(0, -1)));
    t.true(subject.startsWith(ALL_EVENTS.slice(0, -1)));
  }
});

test('subjects look as documented', (t) => {
  const subjects = recordedEvents().map(subjectOf);
  t.true(subjects.includes('foldwise.v1.a-run.run.worker-joined'));
  t.true(subjects.includes('foldwise.v1.a-run.fold.2.epoch'));
  t.true(subjects.includes('foldwise.v1.a-run.run.selected'));
  t.is(eventsOf(asRunId('a-run')), 'foldwise.v1.a-run.>');
});

test('a run or a fold that would break out of its place makes no subject', (t) => {
  const [event] = recordedEvents();
  for (const run of ['a.b', '*', '>', '', 'a b', 'A']) {
    t.throws(() => subjectOf({ ...event!, run: run as RunId }), { instanceOf: RangeError });
    t.throws(() => eventsOf(run as RunId), { instanceOf: RangeError });
  }
  const epoch = recordedEvents().find(({ type }) => type === 'fold.epoch')!;
  for (const fold of [-1, 1.5, Number.NaN, 1e21]) {
    t.throws(() => subjectOf({ ...epoch, fold } as typeof epoch), { instanceOf: RangeError });
  }
});

for (const subject of [
  '',
  'foldwise.v1',
  'foldwise.v2.a-run.run.started',
  'foldwise.v1.A.run.started',
  'foldwise.v1.a-run.run.started.more',
  'foldwise.v1.a-run.run.',
  'foldwise.v1.a-run.fold.01.epoch',
  'foldwise.v1.a-run.fold.-1.epoch',
  'foldwise.v1.a-run.fold.epoch',
  'foldwise.v1.a-run.fold.9999999999.epoch',
  'foldwise.v1..run.started',
  'xfoldwise.v1.a-run.run.started',
  'foldwise.v1.a-run.run.started\n',
]) {
  test(`${JSON.stringify(subject)} is no subject of an event`, (t) => {
    t.is(parseSubject(subject), undefined);
  });
}

test('any text is a subject of ours or none, and never an error', (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      t.notThrows(() => parseSubject(text));
      t.notThrows(() => parseSubject(`foldwise.v1.${text}`));
    }),
  );
});
