import { createRecord } from '../coordinator/record/open.ts';
import type { RunRecord } from '../coordinator/record/record.ts';
import { createTicketKey } from '../coordinator/tickets.ts';
import type { Limits } from '../coordinator/scheduler/state.ts';
import { foldwiseVersion } from '../shared/version.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import type { Asked } from './resolve-settings.ts';
import { resumedSettings } from './resume.ts';
import { settingsToSave } from './saved-settings.ts';
import type { CoordinatorSettings, TrainSettings } from './settings.ts';

type Either = TrainSettings | CoordinatorSettings;

/** A run that can begin, or go on. */
export interface OpenRun<Values> {
  readonly prepared: PreparedRun;
  readonly record: RunRecord;
  /** What holds for the run: as it was begun, where it goes on. */
  readonly values: Values;
}

/** A run that goes on. */
export interface Resumed {
  readonly record: RunRecord;
  /** As the user named it. */
  readonly folder: string;
}

/**
 * Prepares a run and its record.
 *
 * @param resumed - the record of the run that goes on; null where one begins
 * @throws UsageError
 */
export async function openRun<Values extends Either>(
  settings: Asked<Values>,
  resumed: Resumed | null,
  surroundings: Omit<Parameters<typeof prepareRun>[1], 'resumed'>,
): Promise<OpenRun<Values>> {
  if (resumed !== null) {
    const { record, folder } = resumed;
    const known = resumedSettings(settings, record, folder);
    const plan = record.header.plan;
    const prepared = await prepareRun(known, { ...surroundings, resumed: plan });
    const config = record.header.settings['config'] as PreparedRun['config'];
    return { prepared: { ...prepared, config }, record, values: known.values };
  }
  const prepared = await prepareRun(settings, surroundings);
  const record = await createRecord(prepared.outDir, {
    plan: prepared.plan,
    settings: settingsToSave(settings, prepared.config),
    createdAt: new Date().toISOString(),
    foldwise: foldwiseVersion(),
    ticketKey: createTicketKey(),
  });
  return { prepared, record, values: settings.values };
}

export function limitsOf(values: Either): Partial<Limits> {
  return {
    leaseMs: values['lease-ms'],
    maxAttempts: values['max-attempts'],
    checkpointEpochs: values['checkpoint-epochs'],
    allowPartial: values['allow-partial'],
  };
}
