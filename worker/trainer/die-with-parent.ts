import { Worker } from 'node:worker_threads';

const EVERY_MS = 1000;

/**
 * Ends this process once its parent is gone, also in the middle of a step, in which the event loop
 * stands still and nobody notices that the channel is closed.
 */
export function dieWithParent(everyMs = EVERY_MS): void {
  const watch = `
    const parent = ${process.ppid};
    setInterval(() => {
      if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    }, ${everyMs});
  `;
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 };
  new Worker(watch, { eval: true, resourceLimits: limits, env: {}, execArgv: [] }).unref();
}
