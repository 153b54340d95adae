import path from 'node:path';
import { compile, PROGRAM } from './shared/program/compile.js';
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

const root = import.meta.dirname;
/** Compiled before the tests run, once for all of them. */
const compiled = await compile(root, [...PROGRAM, 'test', 'bench']);

export default {
  files: ['test/**/*.test.ts'],
  typescript: {
    compile: false,
    rewritePaths: { 'test/': `${path.relative(root, compiled)}/test/` },
  },
  environmentVariables: { FOLDWISE_CACHE: testCacheFolder(), FOLDWISE_COMPILED: compiled },
  workerThreads: false,
  // One more than CI has processors: many tests wait, for a lease to end or an answer to stay away.
  concurrency: 3,
  sortTestFiles: inOrder,
  // No t.timeout() may be longer: ava 7 would then never notice a file that hangs.
  timeout: '10m',
};
