/**
 * The simulated workers of a scale benchmark, all in this process: node --import tsx crowd.ts JSON.
 * Prints what they measured as one line of JSON once the run is done.
 */
import { setMaxListeners } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { loadDataset } from '../../shared/data/load.ts';
import { asError } from '../../shared/errors.ts';
import { type CrowdSettings, crowdSettingsSchema } from './crowd-settings.ts';
import { noSamples, type Samples } from './samples.ts';
import { type Crowd, SimulatedWorker } from './simulated-worker.ts';
import { describeMachine, writeStandIns } from './stand-ins.ts';

const settings = crowdSettingsSchema.parse(JSON.parse(process.argv[2] ?? ''));
process.stdout.write(`${JSON.stringify(await work(settings))}\n`);

async function work(settings: CrowdSettings): Promise<Samples> {
  const { workers, arriveWithinMs } = settings;
  const stop = new AbortController();
  // All of them listen to it.
  setMaxListeners(0, stop.signal);
  const crowd = await prepare(settings, stop.signal);
  const lateness = monitorEventLoopDelay({ resolution: 10 });
  lateness.enable();
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const all = Array.from({ length: workers }, async (_, number) => {
    await delay((arriveWithinMs * number) / workers, undefined, { signal: stop.signal });
    await new SimulatedWorker(crowd, number).work();
  });
  try {
    await Promise.all(all);
  } catch (error) {
    // One that breaks off spoils the measurement: the others are not to go on for minutes.
    stop.abort(asError(error));
    await Promise.allSettled(all);
    throw error;
  }
  const ownDelayMs = lateness.percentile(99) / 1e6 - 10;
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(startCpu);
  const processorSeconds = (user + system) / 1e6;
  return { ...crowd.samples, ownDelayMs: Math.max(0, ownDelayMs), seconds, processorSeconds };
}

async function prepare(
  { coordinator, data, temporary, trainMs }: CrowdSettings,
  signal: AbortSignal,
): Promise<Crowd> {
  const { dataset } = await loadDataset({ data, signal });
  return {
    ...{ coordinator, trainMs, signal, samples: noSamples() },
    runIsDone: new AbortController(),
    standIns: await writeStandIns(temporary),
    environment: describeMachine({ threads: 1, step: 'compiled' }),
    classCount: dataset.classes.length,
    trainLabels: dataset.train.labels,
    testLabels: dataset.test.labels,
  };
}
