/**
 * Loaded before a program (NODE_OPTIONS=--import …): for each line on its standard input it collects
 * its garbage, and says on standard error how much memory is in use, in bytes.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** @type {() => void} */
// eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- what is evaluated has no type
const collect = runInNewContext('gc');

process.stdin.on('data', () => {
  collect();
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.stderr.write(`memory ${JSON.stringify({ rss, inUse: heapUsed + external })}\n`);
});
// It must not keep the program from ending.
if ('unref' in process.stdin) process.stdin.unref();
