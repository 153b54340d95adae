import test from 'ava';
import { isSameAttempt, Outbox } from '../../worker/outbox.ts';
import type { WorkerSaid } from '../../shared/wire/session.ts';
import type { ReportedFold } from '../../shared/wire/results.ts';

const id = { task: 'fold', fold: 0, attempt: 1 } as const;
const other = { task: 'fold', fold: 1, attempt: 2 } as const;
const warning = (message: string, about: typeof id | typeof other = id): WorkerSaid => ({
  body: 'warning',
  id: about,
  message,
});
const result: WorkerSaid = { body: 'foldResult', result: { ...id } as unknown as ReportedFold };

test('what a heartbeat followed was heard once that is answered', (t) => {
  const outbox = new Outbox();
  outbox.put(warning('a'));
  outbox.mark(1);
  outbox.put(warning('b'));
  outbox.mark(2);
  outbox.put(warning('c'));
  outbox.acknowledge(1);
  t.deepEqual(outbox.begin(), [warning('b'), warning('c')]);
});

test('an answer of an earlier session says nothing about what was told again', (t) => {
  const outbox = new Outbox();
  outbox.put(warning('a'));
  outbox.mark(5);
  outbox.begin();
  outbox.acknowledge(5);
  t.deepEqual(outbox.begin(), [warning('a')]);
});

test('a result stays until it is accepted, however many heartbeats are answered', (t) => {
  const outbox = new Outbox();
  outbox.put(result);
  outbox.mark(1);
  outbox.acknowledge(1);
  t.deepEqual(outbox.begin(), [result]);
  t.true(outbox.hasAbout(id));
  outbox.forget(id);
  t.deepEqual(outbox.begin(), []);
});

test('forgetting an attempt leaves what is about others', (t) => {
  const outbox = new Outbox();
  outbox.put(warning('a'));
  outbox.put(warning('b', other));
  outbox.put({ body: 'handBack', reason: 'idle' });
  outbox.forget(id);
  t.false(outbox.hasAbout(id));
  t.true(outbox.hasAbout(other));
  t.deepEqual(outbox.begin(), [warning('b', other), { body: 'handBack', reason: 'idle' }]);
});

test('attempts are the same where task, fold and number are', (t) => {
  t.true(isSameAttempt(id, { ...id }));
  for (const change of [{ task: 'test' }, { fold: 9 }, { attempt: 9 }] as const) {
    t.false(isSameAttempt(id, { ...id, ...change }));
  }
});
