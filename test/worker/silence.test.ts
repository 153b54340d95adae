import test from 'ava';
import { Silence } from '../../worker/silence.ts';
import { SignsOfLife } from '../../worker/trainer/signs-of-life.ts';

function watched() {
  const told: string[] = [];
  let tick: () => void = () => undefined;
  let isRunning = false;
  const silence = new Silence(() => told.push('silent'), {
    mostMs: 15_000,
    repeat: (call, everyMs) => {
      told.push(`every ${everyMs} ms`);
      [tick, isRunning] = [call, true];
      return () => (isRunning = false);
    },
  });
  const ticks = (count: number): void => {
    for (let at = 0; at < count; at += 1) if (isRunning) tick();
  };
  return { silence, told, ticks };
}

test('silence is told after its time, once; it is counted in parts', (t) => {
  const { told, ticks } = watched();
  ticks(14);
  t.deepEqual(told, ['every 1000 ms']);
  ticks(30);
  t.deepEqual(told, ['every 1000 ms', 'silent']);
});

test('what is heard begins it anew; the end ends it', (t) => {
  const { silence, told, ticks } = watched();
  ticks(14);
  silence.heard();
  ticks(14);
  silence.end();
  ticks(30);
  t.deepEqual(told, ['every 1000 ms']);
});

test('steps are told at most once in a while, and waiting is told too', async (t) => {
  let count = 0;
  let onSign: () => void = () => undefined;
  const sign = async (): Promise<void> => {
    count += 1;
    onSign();
    return Promise.resolve();
  };
  const rarely = new SignsOfLife(sign, 3_600_000);
  await rarely.noteStep();
  t.is(count, 0);
  const often = new SignsOfLife(sign, 0);
  await often.noteStep();
  await often.noteStep();
  t.is(count, 2);
  const waited = new SignsOfLife(sign, 1);
  const twoSigns = new Promise<string>((resolve) => {
    onSign = () => {
      if (count >= 4) resolve('settled');
    };
  });
  t.is(await waited.during(twoSigns), 'settled');
});
