import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Report, reportSchema } from '../../coordinator/report/report-schema.ts';
import { readTextFile } from '../../shared/text-file.ts';

const MOST_BYTES = 2 ** 30;

/** The report of a run; undefined where there is none that can be read. */
export async function readReport(folder: string): Promise<Report | undefined> {
  const text = await readFile(path.join(folder, 'report.json'));
  return text === undefined ? undefined : reportSchema.safeParse(parseJson(text)).data;
}

/** Undefined where there is no such file, or none that can be read. */
export async function readFile(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return readTextFile(file, { shownAs: file, mostBytes: MOST_BYTES }).catch(() => undefined);
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
