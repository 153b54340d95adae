import type { ResolvedSettings } from './resolve-settings.ts';
import type { SettingName } from './settings.ts';

/** The settings that `foldwise evaluate` takes, beside the model. */
export const EVALUATE_SETTINGS = [
  'data',
  'transfer',
  'limit',
  'seed',
  'test-fraction',
  'image-size',
  'label-map',
  'threads',
  'json',
] as const satisfies readonly SettingName[];

export type EvaluateSettings = ResolvedSettings<(typeof EVALUATE_SETTINGS)[number]>;
