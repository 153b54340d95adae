import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { encodePart } from '../../../shared/data/part-file.ts';
import { ensureEngine } from '../../../worker/engine/ensure.ts';
import { loadTensorFlow } from '../../../worker/engine/load.ts';
import { AwaitedState } from '../../../worker/trainer/awaited-state.ts';
import { yieldToEventLoop } from '../../../worker/trainer/pause.ts';
import { serve } from '../../../worker/trainer/serve.ts';
import { tinyAssignment, tinyDataset, withFolder } from '../../helpers/tiny-fold.ts';

/** Notes what happens, and gives all that can happen by itself the time to. */
function watch() {
  const seen: string[] = [];
  const note = (what: string) => (): void => void seen.push(what);
  const turns = async (): Promise<string[]> => {
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
    return seen;
  };
  return { seen, note, turns };
}

test('before a first state, and once its epoch is settled, nothing is waited for', async (t) => {
  const { note, turns } = watch();
  const state = new AwaitedState();
  void state.untilSettled().then(note('none'));
  t.deepEqual(await turns(), ['none']);
  state.handedOver(2);
  void state.untilSettled().then(note('second'));
  state.settle(1);
  t.deepEqual(await turns(), ['none'], 'a late word about another state');
  state.settle(2);
  t.deepEqual(await turns(), ['none', 'second']);
});

test('a newer state, and leaving, end the waiting', async (t) => {
  const { note, turns } = watch();
  const state = new AwaitedState();
  state.handedOver(1);
  void state.untilSettled().then(note('first'));
  state.handedOver(2);
  void state.untilSettled().then(note('second'));
  t.deepEqual(await turns(), ['first']);
  state.settle();
  t.deepEqual(await turns(), ['first', 'second']);
});

test('a trained epoch is told once the state of the one before is settled', async (t) => {
  await ensureEngine({ onProgress: () => undefined });
  await withFolder(async (folder) => {
    const trainFile = path.join(folder, 'train.part');
    const outputDir = path.join(folder, 'model');
    await mkdir(outputDir);
    await writeFile(trainFile, encodePart(tinyDataset.train));
    const assignment = tinyAssignment({ checkpointEpochs: 1, training: { epochs: 3 } });
    const { seen, note, turns } = watch();
    const gates: (() => void)[] = [];
    let onGate: () => void = () => undefined;
    const ended = serve(
      { type: 'train', assignment, trainFile, outputDir },
      {
        loadTensorFlow,
        send: async ({ type }) => Promise.resolve(note(type)()),
        pause: yieldToEventLoop,
        isDraining: () => false,
        untilStateSettled: () =>
          new Promise<void>((resolve) => {
            gates.push(resolve);
            onGate();
          }),
        logError: (text) => t.log(text),
      },
    );
    const expected = ['started'];
    for (let epoch = 1; epoch <= 3; epoch += 1) {
      while (gates.length < epoch) await new Promise<void>((resolve) => (onGate = resolve));
      t.deepEqual(await turns(), expected, `epoch ${epoch} is not told yet`);
      gates.at(-1)!();
      expected.push('epoch', 'state');
    }
    t.is(await ended, 'done');
    t.deepEqual(seen, [...expected.slice(0, -1), 'trained']);
  });
});
