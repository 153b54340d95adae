import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../coordinator/report/report-schema.ts';
import { isEnding, type RecordedEvent } from '../shared/events.ts';
import { createToken } from '../shared/security/token.ts';
import { assertPlatformSupported } from '../worker/engine/platform.ts';
import { ensureEngine } from '../worker/engine/ensure.ts';
import { type Address, formatAddress } from './address.ts';
import type { Context } from './context.ts';
import { leadRun } from './lead-run.ts';
import { type LocalWorkers, startLocalWorkers } from './local-workers.ts';
import { createLog } from './log.ts';
import { type NatsTarget, natsTarget } from './nats/target.ts';
import { limitsOf, type OpenRun } from './open-run.ts';
import type { Display } from './progress/display.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import type { Resume } from './resume-option.ts';
import type { COMMAND_SETTINGS, TrainSettings } from './settings.ts';
import { hasColors } from './terminal.ts';
import { withRun } from './with-run.ts';

type Settings = ResolvedSettings<(typeof COMMAND_SETTINGS.train)[number]>;

/** What shows that the workers are well. */
const PROGRESS: ReadonlySet<RecordedEvent['type']> = new Set([
  'fold.epoch',
  'run.test-completed',
  'run.transfer-completed',
]);

/** Trains all folds on this machine and prints the result. */
export async function train(settings: Settings, resume: Resume, context: Context): Promise<void> {
  const { env, signal } = context;
  const { values } = settings;
  assertPlatformSupported();
  const nats = await natsTarget(values, { fallback: 'auto', env });
  const lead = async (run: OpenRun<TrainSettings>, display: Display): Promise<Report> => {
    await ensureEngine({ onProgress: display.note, signal });
    signal.throwIfAborted();
    return trainHere({ run, display, nats }, context);
  };
  await withRun({ settings, resume, mayBegin: false, nats, lead }, context);
}

interface TrainHereOptions {
  readonly run: OpenRun<TrainSettings>;
  readonly display: Display;
  readonly nats: NatsTarget;
}

/** Coordinator in this process, workers in others; none is left when this settles. */
async function trainHere(options: TrainHereOptions, context: Context): Promise<Report> {
  const { display, nats } = options;
  const { prepared, record, values } = options.run;
  const { stderr, env, signal } = context;
  const giveUp = new AbortController();
  // Other users of this machine reach the port too.
  const token = createToken();
  let workers: LocalWorkers | undefined;
  // At once, not after the coordinator has closed: five seconds are for all of it.
  signal.addEventListener('abort', () => void workers?.stop());
  const writeLine = display.alert;
  try {
    return await leadRun({
      ...{ prepared, record, display, limits: limitsOf(values) },
      listen: { host: '127.0.0.1', port: 0 },
      access: { token },
      ...{ hasOwnWorkers: true, nats, env },
      log: createLog({ level: 'error', env, colorize: hasColors(stderr), writeLine }),
      signal: AbortSignal.any([signal, giveUp.signal]),
      onEvent: (event) => {
        if (PROGRESS.has(event.type)) workers?.noteProgress();
        if (isEnding(event)) workers?.noteEnd();
      },
      onListening: (address, onGone) => {
        const onGiveUp = (error: Error): void => giveUp.abort(error);
        const secret = { ...env, FOLDWISE_TOKEN: token };
        const tell = { onGone, onGiveUp };
        workers = startLocalWorkers({ ...workersOf(options, address), env: secret, ...tell });
      },
    });
  } finally {
    await workers?.stop();
  }
}

function workersOf({ run, display }: TrainHereOptions, address: Address) {
  const { prepared, values } = run;
  const { data } = values;
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
