import test from 'ava';
import { Superseded, Turns } from '../../../coordinator/artifacts/turns.ts';

test('the newest gets the turn, after the one that has it has ended', async (t) => {
  const turns = new Turns();
  const told: string[] = [];
  const first = await turns.take('file');
  const second = turns.take('file').catch((error: unknown) => {
    t.true(error instanceof Superseded);
    told.push('second is superseded');
  });
  t.true(first.signal.aborted);
  const third = turns.take('file').then((turn) => {
    told.push('third has it');
    return turn;
  });
  t.true(turns.isTaken('file'));
  t.deepEqual(told, []);
  first.end();
  await second;
  const turn = await third;
  t.false(turn.signal.aborted);
  t.deepEqual(told, ['second is superseded', 'third has it']);
  turn.end();
  t.false(turns.isTaken('file'));
});

test('turns at different things do not wait for each other', async (t) => {
  const turns = new Turns();
  const one = await turns.take('one');
  const two = await turns.take('two');
  t.false(one.signal.aborted);
  one.end();
  two.end();
});
