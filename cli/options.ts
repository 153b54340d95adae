import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../shared/errors.ts';
import { readConfigFile } from './config-file.ts';
import { type ResolvedSettings, resolveSettings } from './resolve-settings.ts';
import type { Setting } from './setting.ts';
import { SETTINGS, type SettingName } from './settings.ts';

/** Words of help that differ from the setting's own for one command: the text, or a placeholder too. */
type HelpOverride = string | { readonly takes: string; readonly text: string };
type HelpOverrides = Partial<Record<SettingName, HelpOverride>>;

/** Gives a command the flags of its settings, and `--config`. */
export function addSettings(
  command: Command,
  names: readonly SettingName[],
  help: HelpOverrides = {},
): Command {
  for (const group of ['Data', 'Training', 'Machine', 'Security', 'Run'] as const) {
    for (const name of names.filter((candidate) => SETTINGS[candidate].group === group)) {
      for (const option of optionsOf(name, help[name])) {
        command.addOption(option.helpGroup(`${group}:`));
      }
    }
  }
  const config = new Option('--config <file>', 'YAML or JSON file of settings; flags win');
  return command
    .addOption(config.argParser(refuseFlag).helpGroup('Run:'))
    .allowExcessArguments(true);
}

/**
 * The settings of a command from its parsed flags and the file of `--config`.
 *
 * @throws UsageError
 */
export async function settingsOf<const Name extends SettingName>(
  command: Command,
  names: readonly Name[],
): Promise<ResolvedSettings<Name>> {
  const [extra] = command.args;
  if (extra !== undefined) {
    throw new UsageError(`unexpected argument "${extra}": settings are flags, such as --seed 7`);
  }
  const { config, ...flags } = flagsOf(command);
  const file = config === undefined ? undefined : await readConfigFile(config as string);
  return resolveSettings(names, { flags, file });
}

/** What the command line says, by name without dashes; what it does not say is absent. */
function flagsOf(command: Command): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const option of command.options) {
    const key = option.attributeName();
    if (command.getOptionValueSource(key) !== 'cli') continue;
    flags[option.name().replace(/^no-/, '')] = command.getOptionValue(key);
  }
  return flags;
}

function optionsOf(name: SettingName, override?: HelpOverride): Option[] {
  const setting: Setting = SETTINGS[name];
  const { takes, text: help } =
    typeof override === 'object' ? override : { takes: setting.takes, text: override };
  const fixed: unknown = setting.schema.safeParse(undefined).data;
  const text = help ?? setting.help;
  if (setting.kind !== 'switch') {
    const shown = help === undefined ? describeDefault(setting, fixed) : '';
    return [new Option(`--${name} <${takes}>`, text + shown).argParser(refuseFlag)];
  }
  // Both ways, so that the command line can overrule a file; help shows the one that changes things.
  const on = new Option(`--${name}`, text).hideHelp(fixed === true);
  const off = new Option(`--no-${name}`, text).hideHelp(fixed !== true);
  return [on, off];
}

/** In "--data --folds 3" the value of --data was forgotten. */
function refuseFlag(value: string): string {
  if (value.startsWith('--')) throw new InvalidArgumentError('Its value is missing.');
  return value;
}

function describeDefault({ defaultText, embeddedDefault }: Setting, fixed: unknown): string {
  const text = defaultText ?? (fixed as string | number | undefined);
  if (text === undefined) return '';
  const embedded =
    embeddedDefault === undefined ? '' : `; embedded data: ${embeddedDefault as number}`;
  return ` (default: ${text}${embedded})`;
}
