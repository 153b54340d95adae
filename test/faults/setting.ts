import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { undisturbedResult } from './watching.ts';
import { makeData } from '../helpers/random-data.ts';
import type { WorldOptions } from './world.ts';

/** Whether all is tried (`npm run test:faults`), or the part that `npm test` takes. */
export const IS_FULL = Number(process.env['FAULTS_RUNS'] ?? 0) > 4;

export interface Setting {
  /** The folder of the data. */
  readonly data: string;
  /** What a run ends with that nobody does anything to. */
  readonly undisturbed: unknown;
}

/** Makes, before the tests of a file, what they share; it is gone after them. */
export function makeSetting(options: WorldOptions, side?: number): Setting {
  const setting = { data: '', undisturbed: undefined as unknown };
  test.before(async () => {
    setting.data = await mkdtemp(path.join(tmpdir(), 'foldwise-faults-data-'));
    await makeData(setting.data, side);
    setting.undisturbed = await undisturbedResult(setting.data, options);
  });
  test.after.always(() => rm(setting.data, { recursive: true, force: true }));
  return setting;
}
