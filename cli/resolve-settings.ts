import { EMBEDDED_NAME } from '../shared/data/catalogue.ts';
import { UsageError } from '../shared/errors.ts';
import type { ConfigFile } from './config-file.ts';
import type { Setting } from './setting.ts';
import { SETTINGS, type SettingName, type Settings } from './settings.ts';

/** Where settings come from. */
export interface SettingSources {
  /** By name without dashes: text of the command line, or a boolean for switches. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly file?: ConfigFile | undefined;
}

export interface Asked<Values> {
  readonly values: Values;
  /** What the user chose, rather than left at its default. */
  readonly given: ReadonlySet<SettingName>;
}

export type ResolvedSettings<Name extends SettingName> = Asked<Settings<Name>>;

/**
 * Completes the settings of a command: command line over file over defaults, each checked.
 *
 * @throws UsageError that lists all that is wrong, each with its flag or file, what was expected
 *   and what came
 */
export function resolveSettings<const Name extends SettingName>(
  names: readonly Name[],
  sources: SettingSources,
): ResolvedSettings<Name> {
  const problems: string[] = [];
  const given = new Set<SettingName>();
  const read = (name: SettingName): unknown => {
    const setting: Setting = SETTINGS[name];
    const found = find(name, setting, sources);
    if (found.value !== undefined) given.add(name);
    const isEmbedded = !given.has('data') || entries.get('data') === EMBEDDED_NAME;
    const fallback = isEmbedded ? setting.embeddedDefault : undefined;
    // An empty value in YAML, "folds:", is null: more likely a slip than a wish for the default.
    const value = found.value === undefined ? fallback : found.value;
    const parsed = setting.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    problems.push(`${found.source}: expected ${setting.expected}, got ${show(found.shown)}`);
    return undefined;
  };
  const entries = new Map<SettingName, unknown>();
  // The data come first, because some defaults depend on them.
  for (const name of ['data' as const, ...names]) entries.set(name, read(name));
  if (problems.length > 0) throw new UsageError(joinProblems([...new Set(problems)]));
  return { values: Object.fromEntries(entries) as unknown as Settings<Name>, given };
}

function joinProblems(problems: readonly string[]): string {
  if (problems.length === 1) return problems.join();
  return ['several settings cannot be used:', ...problems].join('\n  ');
}

interface Found {
  readonly value: unknown;
  /** As the user wrote it. */
  readonly shown: unknown;
  readonly source: string;
}

function find(name: SettingName, setting: Setting, { flags, file }: SettingSources): Found {
  const flag = flags[name];
  if (flag !== undefined) {
    return { value: fromText(flag, setting.kind), shown: flag, source: `--${name}` };
  }
  const value = file?.values[name];
  return { value, shown: value, source: `${name} in ${file?.path ?? 'the defaults'}` };
}

/** Numbers exactly as written: no blanks, hexadecimal digits or units. What is none stays text. */
function fromText(flag: unknown, kind: Setting['kind']): unknown {
  if (typeof flag !== 'string') return flag;
  if (kind === 'integer') return /^[+-]?\d+$/.test(flag) ? Number(flag) : flag;
  if (kind === 'number') {
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(flag) ? Number(flag) : flag;
  }
  return flag;
}

function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
