import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** Reads a file that this program wrote; missing, torn or of another shape counts as absent. */
export function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
