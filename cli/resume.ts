import path from 'node:path';
import type { Plan } from '../shared/domain.ts';
import { UsageError } from '../shared/errors.ts';
import { openRecord, recordExists } from '../coordinator/record/open.ts';
import type { RunRecord } from '../coordinator/record/record.ts';
import type { Asked } from './resolve-settings.ts';
import type { Resume } from './resume-option.ts';
import { EACH_TIME, FILE_SETTINGS, savedSettings } from './saved-settings.ts';
import type { RunSettings, SettingName } from './settings.ts';

/** The folder of the run that is to go on; undefined where a new one begins. */
export function resumedFolder(resume: Resume, out: string | undefined): string | undefined {
  if (resume === false) return undefined;
  const folder = resume === true ? out : resume;
  if (folder === undefined) {
    throw new UsageError('--resume: expected the folder of a run, got none: --resume DIR');
  }
  if (out !== undefined && path.resolve(out) !== path.resolve(folder)) {
    throw new UsageError(`--resume ${folder} and --out ${out} name two folders: leave --out out`);
  }
  return folder;
}

/**
 * Opens the record of a run that is to go on.
 *
 * @returns null where the folder has none
 * @throws FoldwiseError where it is damaged, or in use
 */
export async function openResumed(folder: string): Promise<RunRecord | null> {
  return (await recordExists(folder)) ? openRecord(folder) : null;
}

export const noRecord = (folder: string): UsageError =>
  new UsageError(
    `--resume ${folder}: there is no record of a run (record.db). Name the folder that --out ` +
      'named, or runs/<run id>; "foldwise runs list" shows which there are',
  );

/**
 * Holds what is asked for now against what the run was begun with.
 *
 * @throws UsageError where what decides its result would be something else
 */
export function checkSettings<Values extends RunSettings>(
  { values, given }: Asked<Values>,
  { header }: Pick<RunRecord, 'header'>,
  folder: string,
): void {
  const saved = savedSettings(header.settings).values;
  const now = values as unknown as Readonly<Record<string, unknown>>;
  // Where they were left open, they were chosen.
  const { run, threads } = header.plan;
  const begun: Readonly<Record<string, unknown>> = { ...saved, run, threads };
  const others = [...given].filter(
    (name) => !EACH_TIME.has(name) && !sameSetting(name, begun[name], now[name]),
  );
  if (others.length === 0) return;
  const asked = others.map((name) => `--${name} ${show(now[name])}`);
  const was = others.map((name) => (others.length > 1 ? `--${name} ` : '') + show(begun[name]));
  throw new UsageError(
    `${asked.join(', ')}: the run in ${folder} was begun with ${was.join(', ')}, and what decides ` +
      `its result stays as it is. Leave ${others.length > 1 ? 'them' : 'it'} out, or begin a new run`,
  );
}

/**
 * The settings of a run that goes on: what decides its result as it was begun, the rest as now,
 * or as it was asked for then.
 *
 * @throws UsageError where the command line says otherwise
 */
export function resumedSettings<Values extends RunSettings>(
  { values, given }: Asked<Values>,
  { header }: Pick<RunRecord, 'header'>,
  folder: string,
): Asked<Values> {
  checkSettings({ values, given }, { header }, folder);
  const saved = savedSettings(header.settings);
  const now = values as unknown as Readonly<Record<string, unknown>>;
  const { run, threads } = header.plan;
  const isFresh = (name: string): boolean =>
    EACH_TIME.has(name) && (given.has(name as SettingName) || !(name in saved.values));
  const each = Object.keys(now).filter(isFresh);
  const fresh = Object.fromEntries(each.map((name) => [name, now[name]]));
  const merged = { ...saved.values, ...fresh, run, threads, out: folder };
  return { values: merged as unknown as Values, given: new Set([...saved.given, ...given]) };
}

function sameSetting(name: SettingName, was: unknown, is: unknown): boolean {
  if (was === is) return true;
  if (!FILE_SETTINGS.has(name) || typeof was !== 'string' || typeof is !== 'string') return false;
  return path.resolve(is) === was;
}

const show = (value: unknown): string =>
  value === undefined ? 'its default' : JSON.stringify(value).slice(0, 80);

/**
 * Holds the plan that was made anew against that of the record.
 *
 * @throws UsageError naming what differs
 */
export function checkSamePlan(made: Plan, recorded: Plan, folder: string): void {
  const [ours, theirs] = [made, recorded].map(
    (plan) => new Map(Object.entries(plan).map(([key, value]) => [key, JSON.stringify(value)])),
  );
  for (const key of new Set([...(theirs?.keys() ?? []), ...(ours?.keys() ?? [])])) {
    if (ours?.get(key) === theirs?.get(key)) continue;
    const what =
      key === 'dataset' || key === 'transfer' ? 'the data have changed' : `${key} differs`;
    throw new UsageError(
      `--resume ${folder}: ${what} since the run was begun. Put back what was there, or begin a ` +
        'new run',
    );
  }
}
