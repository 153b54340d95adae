import { createReadStream } from 'node:fs';
import { parseDocument } from 'yaml';
import { fileProblem } from '../shared/data/file-problem.ts';
import { asError, UsageError } from '../shared/errors.ts';
import { SETTINGS, type SettingName } from './settings.ts';
import { suggest } from './suggest.ts';

/** Settings as a file gives them: names checked, values not yet. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Partial<Record<SettingName, unknown>>>;
}

const MOST_BYTES = 2 ** 20;

/**
 * Reads a configuration file, YAML or JSON, whose keys are flags without their dashes.
 *
 * @throws UsageError where it cannot be read, is no mapping, or has a key twice or an unknown one
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  return { path, values: parseConfig(await readText(path), path) };
}

/** Checks the text of a configuration file; `path` is named in messages. */
export function parseConfig(text: string, path: string): ConfigFile['values'] {
  // JSON is YAML too. Unlike JSON.parse, this finds keys given twice.
  const document = parseDocument(text, { prettyErrors: true, strict: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw new UsageError(`--config ${path}: ${firstLine(problem.message)}`);
  const content = asPlain(document, path) ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new UsageError(
      `--config ${path}: expected settings such as "folds: 3", got ${JSON.stringify(content)}`,
    );
  }
  const problems = Object.keys(content)
    .filter((key) => !isSetting(key))
    .map(describeUnknown);
  if (problems.length > 0) throw new UsageError(`--config ${path}: ${problems.join('; ')}`);
  return content;
}

function asPlain(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new UsageError(`--config ${path}: ${firstLine(asError(error).message)}`);
  }
}

const isSetting = (key: string): boolean => Object.hasOwn(SETTINGS, key);

function describeUnknown(key: string): string {
  if (key === 'config') return '"config" cannot be set in a configuration file';
  const meant = suggest(key, Object.keys(SETTINGS));
  const shown = JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key);
  return `unknown setting ${shown}` + (meant === undefined ? '' : `, did you mean "${meant}"?`);
}

/** Reads at most 1 MiB, so that neither a device nor a wrong file fills the memory. */
async function readText(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > MOST_BYTES) break;
    }
  } catch (error) {
    throw fileProblem(error, `--config ${path}`);
  }
  if (sizeBytes > MOST_BYTES) {
    throw new UsageError(`--config ${path}: larger than 1 MiB, so no configuration file`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UsageError(`--config ${path}: not UTF-8 text`);
  }
}

const firstLine = (message: string): string => message.split('\n')[0]?.replace(/:$/, '') ?? '';
