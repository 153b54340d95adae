import { testCacheFolder } from './test/helpers/test-cache.js';

/** The longest go first, so that no processor idles while another is still at one of them. */
const LONGEST = [
  'test/docs/commands.',
  'test/simulation/',
  'test/end-to-end/',
  'test/faults/',
  'test/worker/trainer/',
];

/** @param {string} file */
const rank = (file) => {
  const index = LONGEST.findIndex((part) => file.includes(part));
  return index === -1 ? LONGEST.length : index;
};

/**
 * @param {string} a
 * @param {string} b
 */
const inOrder = (a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en');

export default {
  files: ['test/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  environmentVariables: { FOLDWISE_CACHE: testCacheFolder() },
  workerThreads: false,
  // One more than CI has processors: many tests wait, for a lease to end or an answer to stay away.
  concurrency: 3,
  sortTestFiles: inOrder,
  timeout: '10m',
};
