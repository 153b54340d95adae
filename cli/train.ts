import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../coordinator/report/report-schema.ts';
import { isEnding, type RecordedEvent } from '../shared/events.ts';
import { assertPlatformSupported } from '../worker/engine/platform.ts';
import { ensureEngine } from '../worker/engine/ensure.ts';
import { type Address, formatAddress } from './address.ts';
import type { Context } from './context.ts';
import { leadRun, printResult } from './lead-run.ts';
import { type LocalWorkers, startLocalWorkers } from './local-workers.ts';
import { createLog } from './log.ts';
import { type NatsTarget, natsTarget } from './nats/target.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import { type Display, openDisplay } from './progress/display.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import type { COMMAND_SETTINGS } from './settings.ts';
import { hasColors } from './terminal.ts';

type Settings = ResolvedSettings<(typeof COMMAND_SETTINGS.train)[number]>;

/** What shows that the workers are well. */
const PROGRESS: ReadonlySet<RecordedEvent['type']> = new Set([
  'fold.epoch',
  'run.test-completed',
  'run.transfer-completed',
]);

/** Trains all folds on this machine and prints the result. */
export async function train(settings: Settings, context: Context): Promise<void> {
  const { values } = settings;
  const { stdout, stderr, env, signal } = context;
  const style = { isJson: values.json, isQuiet: values.quiet };
  assertPlatformSupported();
  const nats = await natsTarget(values, { fallback: 'auto', env });
  const display = openDisplay({ stdout, stderr, env, ...style, nowMs: Date.now });
  const prepared = await prepareRun(settings, { env, signal, note: display.note });
  await ensureEngine({ onProgress: display.note, signal });
  signal.throwIfAborted();
  const report = await trainHere({ prepared, data: values.data, display, nats }, context);
  printResult({ report, outDir: prepared.outDir }, style, context);
}

interface TrainHereOptions {
  readonly prepared: PreparedRun;
  readonly data: string;
  readonly display: Display;
  readonly nats: NatsTarget;
}

/** Coordinator in this process, workers in others; none is left when this settles. */
async function trainHere(options: TrainHereOptions, context: Context): Promise<Report> {
  const { prepared, display, nats } = options;
  const { stderr, env, signal } = context;
  const giveUp = new AbortController();
  let workers: LocalWorkers | undefined;
  // At once, not after the coordinator has closed: five seconds are for all of it.
  signal.addEventListener('abort', () => void workers?.stop());
  const writeLine = display.alert;
  try {
    return await leadRun({
      prepared,
      display,
      listen: { host: '127.0.0.1', port: 0 },
      ...{ hasOwnWorkers: true, nats, env },
      log: createLog({ level: 'error', env, colorize: hasColors(stderr), writeLine }),
      signal: AbortSignal.any([signal, giveUp.signal]),
      onEvent: (event) => {
        if (PROGRESS.has(event.type)) workers?.noteProgress();
        if (isEnding(event)) workers?.noteEnd();
      },
      onListening: (address) => {
        const onGiveUp = (error: Error): void => giveUp.abort(error);
        workers = startLocalWorkers({ ...workersOf(options, address), env, onGiveUp });
      },
    });
  } finally {
    await workers?.stop();
  }
}

function workersOf({ prepared, data, display }: TrainHereOptions, address: Address) {
  return {
    count: prepared.workers,
    coordinator: formatAddress(address),
    // What lies in a folder here need not be sent.
    data: existsSync(data) ? path.resolve(data) : undefined,
    gpus: prepared.gpus,
    logDir: path.join(prepared.outDir, 'logs'),
    onRestart: display.alert,
  };
}
