import { isAlias, isMap, isScalar, parseDocument, type Document, type ErrorCode } from 'yaml';
import { plain, shortened } from '../coordinator/report/format.ts';
import { UsageError } from '../shared/errors.ts';
import { readTextFile } from '../shared/text-file.ts';
import { SETTINGS, type SettingName } from './settings.ts';
import { suggest } from './suggest.ts';

/** Settings as a file gives them: names checked, values not yet. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Partial<Record<SettingName, unknown>>>;
}

const MOST_BYTES = 2 ** 16;
const MOST_NAMED = 3;

/** Where the parser's own words speak of its workings. */
const CLEARER: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: 'holds several documents, expected one: remove what follows "---"',
  RESOURCE_EXHAUSTION: 'nested too deeply; settings are single values',
};

/**
 * Reads a configuration file, YAML or JSON, whose keys are flags without their dashes.
 *
 * @throws UsageError where it cannot be read, is no mapping of names to single values, or has a key
 *   twice or an unknown one
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const shownAs = `--config ${path}`;
  const text = await readTextFile(path, { shownAs, mostBytes: MOST_BYTES });
  return { path, values: parseConfig(text, path) };
}

/** Checks the text of a configuration file; `path` is named in messages. */
export function parseConfig(text: string, path: string): ConfigFile['values'] {
  try {
    return readSettings(parse(text));
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`--config ${path}: ${error.message}`);
    throw error;
  }
}

function parse(text: string): Document {
  // JSON is YAML too. Unlike JSON.parse, this finds keys given twice.
  const document = parseDocument(text, { prettyErrors: true, strict: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw new UsageError(CLEARER[problem.code] ?? plain(firstLine(problem.message)));
  return document;
}

/** Single values need no conversion of the whole, with its aliases and nested keys. */
function readSettings(document: Document): ConfigFile['values'] {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return {};
  if (!isMap(contents)) {
    throw new UsageError(`expected settings such as "folds: 3", got ${describe(contents)}`);
  }
  const entries = contents.items.map(({ key, value }) => [nameOf(key), value] as const);
  refuseUnknown(entries.map(([name]) => name));
  return Object.fromEntries(entries.map(([name, node]) => [name, valueOf(name, node, document)]));
}

function nameOf(key: unknown): string {
  if (isScalar(key)) return String(key.value);
  throw new UsageError(`expected the name of a setting before ":", got ${describe(key)}`);
}

function valueOf(name: string, node: unknown, document: Document): unknown {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isScalar(target)) return target.value;
  if (target === null) return null;
  throw new UsageError(`${name}: expected a single value, got ${describe(target)}`);
}

function describe(node: unknown): string {
  if (isScalar(node)) return plain(shortened(JSON.stringify(node.value), 60));
  if (isAlias(node)) return 'an alias';
  if (node === undefined) return 'an alias of nothing';
  return isMap(node) ? 'a mapping' : 'a list';
}

function refuseUnknown(names: readonly string[]): void {
  const unknown = names.filter((name) => !Object.hasOwn(SETTINGS, name));
  if (unknown.length === 0) return;
  const problems = unknown.slice(0, MOST_NAMED).map(describeUnknown);
  const rest = unknown.length - problems.length;
  throw new UsageError(problems.join('; ') + (rest > 0 ? `; and ${rest} more` : ''));
}

function describeUnknown(name: string): string {
  if (name === 'config') return '"config" cannot be set in a configuration file';
  const meant = suggest(name, Object.keys(SETTINGS));
  const shown = JSON.stringify(plain(shortened(name, 60)));
  return `unknown setting ${shown}` + (meant === undefined ? '' : `, did you mean "${meant}"?`);
}

const firstLine = (message: string): string => message.split('\n')[0]?.replace(/:$/, '') ?? '';
