import { ensureEngine } from '../worker/engine/ensure.ts';
import { type BenchData, prepareData } from './data.ts';
import { chooseDevice } from './device.ts';
import { chooseCores, describeMachine, isQuiet } from './machine.ts';
import { measureCompiling } from './measure/compiling.ts';
import { measureMemory } from './measure/memory.ts';
import { measureSteps } from './measure/steps.ts';
import { measureWhole } from './measure/whole.ts';
import { measureWorkers } from './measure/workers.ts';
import type { BenchOptions } from './options.ts';
import { ensurePeers } from './peers/environment.ts';
import type { Results } from './results.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { withTemporary } from './temporary.ts';

interface Surroundings {
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

const BATCH_SIZE = 1000;
/** Of Fashion-MNIST's training part. */
const FULL_SIZE = 60_000;

/** Measures all that is asked for; leaves no process and no temporary file. */
export async function measure(
  options: BenchOptions,
  { signal, say }: Surroundings,
): Promise<Results> {
  const start = performance.now();
  const cores = chooseCores(options.cores, options.gpu);
  const device = await chooseDevice(options.gpu);
  const machine = describeMachine(cores);
  await ensureEngine({ onProgress: say, signal });
  const hasPeers = options.peers || options.gpu;
  const python = hasPeers ? await ensurePeers({ python: options.python, signal, say }) : undefined;
  return withTemporary(async (temporary) => {
    const data = await prepareData({ data: options.data, temporary, signal, say });
    const notes = reservations(machine, data);
    for (const note of notes) say(`warning: ${note}`);
    const session: Session = {
      ...{ data, temporary, cores, device, python, signal, say, batchSize: BATCH_SIZE },
      step: options.step,
      repeats: options.repeats,
      images: Math.min(options.images ?? (options.gpu ? 60_000 : 10_000), data.images),
      ...{ measured: {}, extras: [], notes, versions: {}, devices: new Set() },
    };
    await measureAll(session, options);
    return resultsOf(session, { machine, seconds: (performance.now() - start) / 1000 });
  });
}

async function measureAll(session: Session, { whole, gpu }: BenchOptions): Promise<void> {
  await measureSteps(session);
  // These rows are about processors.
  if (!gpu && session.cores.length >= 2) await measureWorkers(session);
  await measureCompiling(session);
  if (!gpu && session.data.images === FULL_SIZE) await measureMemory(session);
  if (whole) await measureWhole(session);
}

function resultsOf(
  session: Session,
  { machine, seconds }: { readonly machine: Results['machine']; readonly seconds: number },
): Results {
  const { measured, extras, notes, versions, data, cores, device, devices } = session;
  const { step, repeats, images, batchSize } = session;
  return {
    schema: 1,
    date: new Date().toISOString(),
    seconds,
    device: [...devices].join(', '),
    machine,
    versions,
    data: { name: data.name, synthetic: data.synthetic, images: data.images },
    settings: { step, repeats, imagesPerRepeat: images, batchSize, threads: cores.length },
    rows: rowsOf(measured, { hasTargets: device === 'cpu' }),
    extras,
    notes,
  };
}

/** What keeps the figures from being what the targets are meant for. */
function reservations(machine: Results['machine'], data: BenchData): string[] {
  const found: string[] = [];
  if (!isQuiet(machine)) {
    const load = machine.loadAverage.toFixed(2);
    found.push(`the machine was not quiet (load average ${load}): figures are off, ratios too`);
  }
  const cores = machine.pinnedTo.length;
  if (cores !== 2) found.push(`the targets are for 2 cores, these were ${cores}`);
  if (data.images !== FULL_SIZE) {
    found.push(`the targets are for ${FULL_SIZE} images, these were ${data.images}`);
  }
  return found;
}
