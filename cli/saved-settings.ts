import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { EMBEDDED_NAME, PUBLISHED_DATASETS } from '../shared/data/catalogue.ts';
import type { Asked } from './resolve-settings.ts';
import type { RunSettings, SettingName } from './settings.ts';

/** Settings that may be others each time a run goes on: they do not change its result. */
export const EACH_TIME: ReadonlySet<string> = new Set<SettingName>([
  ...(['out', 'nats', 'nats-creds', 'json', 'quiet', 'workers', 'folds-per-gpu'] as const),
  ...(['listen', 'lease-ms', 'max-attempts', 'checkpoint-epochs', 'allow-partial'] as const),
  ...(['insecure', 'token-file', 'tls-cert', 'tls-key', 'tls-ca'] as const),
]);

/** Of those, the ones that stay as they were asked for until something else is. */
const REMEMBERED: ReadonlySet<string> = new Set<SettingName>([
  ...(['workers', 'folds-per-gpu', 'lease-ms', 'max-attempts'] as const),
  ...(['checkpoint-epochs', 'allow-partial'] as const),
]);

/** Settings that may name a file or a folder, which must be found from any folder later. */
export const FILE_SETTINGS: ReadonlySet<SettingName> = new Set([
  ...(['data', 'transfer', 'label-map', 'fold-map', 'architecture'] as const),
]);

/** How the settings of a run are kept in its record. */
const schema = z.object({
  values: z.record(z.string(), z.unknown()),
  given: z.array(z.string()),
  config: z.record(z.string(), z.unknown()),
});
export type SavedSettings = Omit<z.output<typeof schema>, 'given'> & {
  readonly given: readonly SettingName[];
};

/** @param config - the effective settings as the report shows them */
export function settingsToSave(
  { values, given }: Asked<RunSettings>,
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(values)
    .filter(([name]) => !EACH_TIME.has(name) || isRemembered(name, given))
    .map(([name, value]) => [
      name,
      FILE_SETTINGS.has(name as SettingName) ? findable(value) : value,
    ]);
  const kept = [...given].filter((name) => !EACH_TIME.has(name) || REMEMBERED.has(name));
  return { values: Object.fromEntries(entries) as unknown, given: kept, config };
}

const isRemembered = (name: string, given: ReadonlySet<string>): boolean =>
  REMEMBERED.has(name) && given.has(name);

const NAMES: ReadonlySet<unknown> = new Set([
  ...[EMBEDDED_NAME, 'none'],
  ...PUBLISHED_DATASETS.map(({ name }) => name),
]);

/** A known name wins over a file of that name, as it does on the command line. */
const findable = (value: unknown): unknown =>
  typeof value === 'string' && !NAMES.has(value) && existsSync(value) ? path.resolve(value) : value;

export function savedSettings(settings: Readonly<Record<string, unknown>>): SavedSettings {
  return schema.parse(settings) as SavedSettings;
}
