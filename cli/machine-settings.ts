import { address, integer } from './setting.ts';

const MOST_WORKERS = 1024;

/** What of the machine is used, and where coordinator and workers meet. */
export const MACHINE_SETTINGS = {
  workers: integer([1, MOST_WORKERS], (count) => count.optional(), {
    group: 'Machine',
    takes: 'n',
    help: 'workers on this machine',
    defaultText: 'one a GPU, else what ends soonest',
  }),
  threads: integer([1, 1024], (count) => count.optional(), {
    group: 'Machine',
    takes: 'n',
    help: 'TensorFlow threads of each worker',
    defaultText: 'cores divided among the workers',
  }),
  'folds-per-gpu': integer([1, 64], (count) => count.default(1), {
    group: 'Machine',
    takes: 'n',
    help: 'workers that share a GPU, where --workers does not say',
  }),
  listen: address(
    { lowestPort: 0, fallback: '127.0.0.1:50051' },
    { group: 'Machine', help: 'where to wait for workers; port 0 takes any free one' },
  ),
  coordinator: address(
    { lowestPort: 1, fallback: '127.0.0.1:50051' },
    { group: 'Machine', help: 'where the coordinator listens' },
  ),
  'grace-ms': integer([0, 3_600_000], (ms) => ms.default(20_000), {
    group: 'Machine',
    takes: 'ms',
    help: 'time to save and give back what is under way, when stopped by a signal',
  }),
  'drain-exit-code': integer([1, 255], (code) => code.default(75), {
    group: 'Machine',
    takes: 'n',
    help: 'exit code of a worker that was stopped before the run was done',
  }),
};
