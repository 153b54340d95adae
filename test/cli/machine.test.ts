import test from 'ava';
import fc from 'fast-check';
import { findGpus, parseGpuList, parseVisibleDevices } from '../../cli/devices.ts';
import { type Machine, shareMachine as share } from '../../cli/machine-shares.ts';

/** Fashion-MNIST: 15 epochs of 40,000 images of 28×28. */
const LONG = 15 * 40_000 * 784;
/** What is over before it has well begun. */
const SHORT = 5 * 1_000 * 784;

const shareMachine = (machine: Omit<Machine, 'foldPixels'> & { readonly foldPixels?: number }) =>
  share({ foldPixels: LONG, ...machine });

test('without a GPU there are as many workers as end all folds soonest', (t) => {
  const onTwo = (folds: number) => shareMachine({ cores: 2, gpus: 0, folds });
  t.deepEqual(onTwo(4), { workers: 2, threads: 1 });
  t.deepEqual(onTwo(10), { workers: 2, threads: 1 });
  t.deepEqual(onTwo(3), { workers: 1, threads: 2 }, 'a core would idle for a third of the time');
  t.deepEqual(shareMachine({ cores: 16, gpus: 0, folds: 3 }), { workers: 3, threads: 5 });
  t.deepEqual(shareMachine({ cores: 8, gpus: 0, folds: 10 }), { workers: 2, threads: 4 });
  t.deepEqual(shareMachine({ cores: 1, gpus: 0, folds: 3 }), { workers: 1, threads: 1 });
});

test('where starting takes longest, as many as possible start at once', (t) => {
  const small = { cores: 2, gpus: 0, folds: 3, foldPixels: SHORT };
  t.deepEqual(shareMachine(small), { workers: 2, threads: 1 });
});

test('each GPU gets a worker while there are folds for it', (t) => {
  t.deepEqual(shareMachine({ cores: 16, gpus: 2, folds: 5 }), { workers: 2, threads: 8 });
  t.deepEqual(shareMachine({ cores: 16, gpus: 8, folds: 4 }), { workers: 4, threads: 4 });
});

test('GPUs may be shared by several folds each', (t) => {
  const machine = { cores: 16, gpus: 2, foldsPerGpu: 3 };
  t.deepEqual(shareMachine({ ...machine, folds: 10 }), { workers: 6, threads: 2 });
  t.deepEqual(shareMachine({ ...machine, folds: 4 }), { workers: 4, threads: 4 });
  t.deepEqual(shareMachine({ ...machine, folds: 10, workers: 1 }), { workers: 1, threads: 16 });
  t.deepEqual(shareMachine({ ...machine, gpus: 0, folds: 4 }), { workers: 4, threads: 4 });
});

test('what the user chose is kept', (t) => {
  const machine = { cores: 4, gpus: 0, folds: 3 };
  t.deepEqual(shareMachine({ ...machine, workers: 8 }), { workers: 8, threads: 1 });
  t.deepEqual(shareMachine({ ...machine, threads: 3 }), { workers: 3, threads: 3 });
  t.deepEqual(shareMachine({ ...machine, cores: 2, workers: 2 }), { workers: 2, threads: 1 });
});

test('no machine is ever overcommitted unless the user asks for it', (t) => {
  const count = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(count, fc.nat({ max: 16 }), count, (cores, gpus, folds) => {
      const { workers, threads } = shareMachine({ cores, gpus, folds });
      t.true(workers >= 1 && workers <= folds && threads >= 1);
      t.true(workers * threads <= Math.max(cores, workers));
      if (gpus === 0) t.true(workers <= cores);
      t.true((threads + 1) * workers > cores || workers === 0);
    }),
  );
});

for (const [text, gpus] of [
  ['0', ['0']],
  ['2, 0', ['2', '0']],
  ['', []],
  ['-1', []],
  ['0,-1,1', ['0']],
  ['NoDevFiles', []],
  ['GPU-8a1b-22,MIG-5c/1/0', ['GPU-8a1b-22', 'MIG-5c/1/0']],
] as const) {
  test(`CUDA_VISIBLE_DEVICES="${text}" shows ${gpus.length} GPUs`, async (t) => {
    t.deepEqual(parseVisibleDevices(text), gpus);
    const notAsked = () => Promise.reject(new Error('the driver should not be asked'));
    t.deepEqual(await findGpus({ CUDA_VISIBLE_DEVICES: text }, notAsked), gpus);
  });
}

test('without CUDA_VISIBLE_DEVICES the driver is asked', async (t) => {
  t.deepEqual(await findGpus({}, () => Promise.resolve(['0', '1'])), ['0', '1']);
});

test('the list of the driver is read, slices standing for the GPU they are cut from', (t) => {
  const list = [
    'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77)',
    '  MIG 3g.20gb     Device  0: (UUID: MIG-c7384736-a75d-5afc-978f-d2f1294409fd)',
    '  MIG 3g.20gb     Device  1: (UUID: MIG-a28ad590-3fda-56dd-84fc-0a0b96edc58d)',
    'GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-feba7e40-d724-01ff-b00f-3a439a28a6c7)',
    '',
  ].join('\n');
  t.deepEqual(parseGpuList(list), [
    'MIG-c7384736-a75d-5afc-978f-d2f1294409fd',
    'MIG-a28ad590-3fda-56dd-84fc-0a0b96edc58d',
    '1',
  ]);
  t.deepEqual(parseGpuList('No devices found.'), []);
});
