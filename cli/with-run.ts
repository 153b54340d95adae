import path from 'node:path';
import { recordExists } from '../coordinator/record/open.ts';
import type { RunRecord } from '../coordinator/record/record.ts';
import type { Report } from '../coordinator/report/report-schema.ts';
import type { Context } from './context.ts';
import { finishedReport, finishOf } from './finished-run.ts';
import { printResult } from './lead-run.ts';
import { deliverRest } from './nats/deliver-rest.ts';
import type { NatsTarget } from './nats/target.ts';
import { type OpenRun, openRun, type Resumed } from './open-run.ts';
import { type Display, openDisplay } from './progress/display.ts';
import type { Asked } from './resolve-settings.ts';
import { checkSettings, noRecord, openResumed, resumedFolder } from './resume.ts';
import type { Resume } from './resume-option.ts';
import type { CoordinatorSettings, TrainSettings } from './settings.ts';
import { quotedPath, shortest } from './shown-path.ts';

type Either = TrainSettings | CoordinatorSettings;

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
export async function withRun<Values extends Either>(
  request: RunRequest<Values>,
  context: Context,
): Promise<void> {
  const { settings, resume, mayBegin, lead } = request;
  const folder = resumedFolder(resume, settings.values.out);
  const resumed = folder === undefined ? null : await openFolder(folder, mayBegin);
  let record = resumed?.record;
  try {
    if (resumed !== null) checkSettings(settings, resumed.record, resumed.folder);
    const done = resumed && (await finishedReport(resumed.record, resumed.folder));
    if (done) return await tellFinished({ ...resumed, report: done }, request, context);
    const begun = await begin(request, { folder, resumed }, context);
    if (begun === null) return await withRun(request, context);
    const { run, display } = begun;
    ({ record } = run);
    const report = await lead(run, display).catch((error: unknown) => {
      if (context.signal.aborted) tellHowToGoOn(run, context);
      throw error;
    });
    tell({ report, outDir: run.prepared.outDir, record }, settings.values, context);
  } finally {
    await record?.close();
  }
}

interface Where {
  /** Where a run may be that is to go on. */
  readonly folder: string | undefined;
  readonly resumed: Resumed | null;
}

/** @returns null where another has begun the run meanwhile, of two that were started at once */
async function begin<Values extends Either>(
  { settings, check }: RunRequest<Values>,
  { folder, resumed }: Where,
  { stdout, stderr, env, signal }: Context,
): Promise<{ readonly run: OpenRun<Values>; readonly display: Display } | null> {
  const { json: isJson, quiet: isQuiet } = settings.values;
  try {
    await check?.();
    const display = openDisplay({ stdout, stderr, env, isJson, isQuiet, nowMs: Date.now });
    const asked = folder === undefined ? settings : placedIn(settings, folder);
    return { run: await openRun(asked, resumed, { env, signal, note: display.note }), display };
  } catch (error) {
    signal.throwIfAborted();
    const isFirst = folder === undefined || resumed !== null || !(await recordExists(folder));
    if (isFirst) throw error;
    return null;
  }
}

function tellHowToGoOn<Values extends Either>(
  { prepared, values }: OpenRun<Values>,
  { stderr }: Context,
): void {
  if (values.quiet || values.json) return;
  stderr.write(
    `go on with: npx foldwise train --resume ${quotedPath(shortest(prepared.outDir))}\n`,
  );
}

interface Result {
  readonly report: Report;
  readonly outDir: string;
  readonly record: RunRecord;
}

async function tellFinished<Values extends Either>(
  { report, record, folder }: Resumed & { readonly report: Report },
  { settings, nats }: RunRequest<Values>,
  context: Context,
): Promise<void> {
  const { stderr, env, signal } = context;
  const onWarning = (text: string): void => void stderr.write(`${text}\n`);
  const logDir = path.join(folder, 'logs');
  await deliverRest(record, { target: nats, env, signal, logDir, onWarning });
  const { quiet: isQuiet, json: isJson } = settings.values;
  if (!isQuiet && !isJson) stderr.write('this run has finished already; its result:\n');
  tell({ report, outDir: path.resolve(folder), record }, settings.values, context);
}

/** Of the events, that of the end, where the display has not shown it: it happened before. */
function tell(
  { report, outDir, record }: Result,
  { json: isJson, quiet: isQuiet }: Either,
  context: Context,
): void {
  const finish = finishOf(record);
  if (isJson && finish !== undefined) context.stdout.write(`${JSON.stringify(finish)}\n`);
  printResult({ report, outDir }, { isJson, isQuiet }, context);
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
