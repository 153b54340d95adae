import test from 'ava';
import {
  chooseCores,
  parseCpuList,
  peakMemoryBytes,
  processorSeconds,
} from '../../bench/machine.ts';
import { bestOf } from '../../bench/measure/steps.ts';
import { environmentKey } from '../../bench/peers/environment.ts';
import {
  descendantsOf,
  type ProcessInfo,
  remember,
  workerPeakBytes,
} from '../../bench/process-tree.ts';

test('lists of processors are read as Linux writes them', (t) => {
  t.deepEqual(parseCpuList('0-2,5,7-8\n'), [0, 1, 2, 5, 7, 8]);
  t.deepEqual(parseCpuList('\n'), []);
});

test('a processor that may not be used is refused by name', (t) => {
  t.throws(() => chooseCores([99_999], false), { message: /--cores: 99999 is none of/ });
});

test('at most two cores are used unless others are asked for', (t) => {
  const cores = chooseCores(undefined, false);
  t.true(cores.length === 1 || cores.length === 2);
  t.deepEqual(chooseCores(cores.slice(0, 1), false), cores.slice(0, 1));
});

test('the most memory of a process is read from its status', (t) => {
  t.is(peakMemoryBytes('VmPeak:\t  9 kB\nVmHWM:\t    2000 kB\nVmRSS:\t 1 kB\n'), 2_048_000);
  t.is(peakMemoryBytes('Name:\tkthread\n'), undefined);
});

test('the processor time of a process is read from its stat, whatever its name', (t) => {
  const times = '0 0 0 0 0 0 0 0 0 0 250 50 0 0';
  t.is(processorSeconds(`7 (a (b) c) S ${times}`), 3);
  t.is(processorSeconds(''), undefined);
});

const processes: ProcessInfo[] = [
  { pid: 10, parent: 1, arguments: ['node', 'foldwise.js', 'train'], peakBytes: 500 },
  { pid: 11, parent: 10, arguments: ['node', 'foldwise.js', 'worker'], peakBytes: 100 },
  { pid: 12, parent: 11, arguments: ['node', 'trainer'], peakBytes: 1000 },
  { pid: 13, parent: 11, arguments: ['node', 'trainer'], peakBytes: 1200 },
  { pid: 14, parent: 1, arguments: ['node', 'trainer'], peakBytes: 9000 },
];

test('what a process has started is found, and nothing else', (t) => {
  t.deepEqual(
    descendantsOf(10, processes).map(({ pid }) => pid),
    [11, 12, 13],
  );
});

test('a worker takes its own memory and that of its largest trainer', (t) => {
  t.is(workerPeakBytes(descendantsOf(1, processes)), 1300);
  t.is(workerPeakBytes([]), 0);
});

test('a process that is ending is remembered as it was', (t) => {
  const seen = remember(new Map(), processes);
  const ending = { pid: 13, parent: 11, arguments: [''], peakBytes: 0 };
  const later = remember(seen, [ending]);
  t.deepEqual([...later.values()], processes);
});

test('the best of several counts by its median', (t) => {
  t.deepEqual(bestOf([[100, 1, 1], [5, 6, 7], [2]]), [5, 6, 7]);
});

test('other packages or another Python make another environment', (t) => {
  const keys = [
    environmentKey('torch==1', '3.11'),
    environmentKey('torch==2', '3.11'),
    environmentKey('torch==1', '3.12'),
  ];
  t.is(new Set(keys).size, 3);
  t.is(environmentKey('torch==1', '3.11'), keys[0]!);
});
