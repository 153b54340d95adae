import { testCacheFolder } from './test/helpers/test-cache.js';

export default {
  files: ['test/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  environmentVariables: { FOLDWISE_CACHE: testCacheFolder() },
  workerThreads: false,
  concurrency: 2,
  timeout: '5m',
};
