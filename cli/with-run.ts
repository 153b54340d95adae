import path from 'node:path';
import type { Report } from '../coordinator/report/report-schema.ts';
import type { Context } from './context.ts';
import { finishedReport } from './finished-run.ts';
import { printResult } from './lead-run.ts';
import { deliverRest } from './nats/deliver-rest.ts';
import type { NatsTarget } from './nats/target.ts';
import { type OpenRun, openRun, type Resumed } from './open-run.ts';
import { type Display, openDisplay } from './progress/display.ts';
import type { Asked } from './resolve-settings.ts';
import { noRecord, openResumed, resumedFolder } from './resume.ts';
import type { Resume } from './resume-option.ts';
import type { CoordinatorSettings, TrainSettings } from './settings.ts';

export interface RunRequest<Values> {
  readonly settings: Asked<Values>;
  readonly resume: Resume;
  /** Begins a run where `--resume` leads to none, so that one command line serves every start. */
  readonly mayBegin: boolean;
  /** Gets what it did not get of a run that has finished. */
  readonly nats: NatsTarget;
  /** Cheap checks, before data are read; not made for a run that has finished. */
  readonly check?: () => Promise<void>;
  readonly lead: (run: OpenRun<Values>, display: Display) => Promise<Report>;
}

/** Leads a run that begins or goes on, and prints its result; of a finished run only that. */
export async function withRun<Values extends TrainSettings | CoordinatorSettings>(
  { settings, resume, mayBegin, nats, check, lead }: RunRequest<Values>,
  context: Context,
): Promise<void> {
  const { values } = settings;
  const { stdout, stderr, env, signal } = context;
  const style = { isJson: values.json, isQuiet: values.quiet };
  const folder = resumedFolder(resume, values.out);
  const resumed = folder === undefined ? null : await openFolder(folder, mayBegin);
  let record = resumed?.record;
  try {
    const done = resumed && (await finishedReport(resumed.record, resumed.folder));
    if (done) {
      const onWarning = (text: string): void => void stderr.write(`${text}\n`);
      const logDir = path.join(resumed.folder, 'logs');
      await deliverRest(resumed.record, { target: nats, env, signal, logDir, onWarning });
      return printResult({ report: done, outDir: path.resolve(resumed.folder) }, style, context);
    }
    await check?.();
    const display = openDisplay({ stdout, stderr, env, ...style, nowMs: Date.now });
    const asked = folder === undefined ? settings : placedIn(settings, folder);
    const run = await openRun(asked, resumed, { env, signal, note: display.note });
    ({ record } = run);
    const report = await lead(run, display);
    printResult({ report, outDir: run.prepared.outDir }, style, context);
  } finally {
    await record?.close();
  }
}

async function openFolder(folder: string, mayBegin: boolean): Promise<Resumed | null> {
  const record = await openResumed(folder);
  if (record !== null) return { record, folder };
  if (mayBegin) return null;
  throw noRecord(folder);
}

const placedIn = <Values>({ values, given }: Asked<Values>, folder: string): Asked<Values> => ({
  values: { ...values, out: folder },
  given,
});
