import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import type { Asked } from '../../cli/resolve-settings.ts';
import { settingsToSave } from '../../cli/saved-settings.ts';
import type { SettingName, TrainSettings } from '../../cli/settings.ts';
import { type RunRequest, withRun } from '../../cli/with-run.ts';
import { createRecord } from '../../coordinator/record/open.ts';
import { RecordInUse } from '../../coordinator/record/refusals.ts';
import { buildReport } from '../../coordinator/report/report-json.ts';
import { sha256 } from '../../shared/data/digest.ts';
import { asWorkerId } from '../../shared/domain.ts';
import { UsageError } from '../../shared/errors.ts';
import { header } from '../coordinator/record/facts.ts';
import { sampleResults } from '../coordinator/report/sample-results.ts';
import { foldResult } from '../helpers/results.ts';
import { withFolder } from './command-line.ts';

const DEFAULTS = { data: '/nonexistent', epochs: 2, folds: 3, json: false, quiet: true };

/** A command line as it is read: what was given, and defaults. */
const asked = (given: Partial<Record<SettingName, unknown>>): Asked<TrainSettings> => ({
  values: { ...DEFAULTS, ...given } as unknown as TrainSettings,
  given: new Set(Object.keys(given) as SettingName[]),
});

const worker = asWorkerId('node-7');
const attempt = { fold: 0, attempt: 1, worker };
const bytes = Buffer.from('a network');

/** The folder of a finished run, all of it or what matters of it. */
async function leaveFinished(folder: string): Promise<void> {
  const { run } = header.plan;
  const settings = settingsToSave(asked({ data: '/nonexistent', epochs: 2 }), {});
  const record = await createRecord(folder, { ...header, settings });
  const size = bytes.byteLength;
  const model = { ...foldResult(attempt).model, topologyBytes: size, weightsBytes: size };
  const digests = { topologyDigest: sha256(bytes), weightsDigest: sha256(bytes) };
  const result = { ...foldResult(attempt), model: { ...model, ...digests } };
  const accuracy = { validationLoss: 1, validationAccuracy: 0.5, fitSeconds: 3 };
  const base = { run, time: header.createdAt };
  const digest = digests.weightsDigest;
  const completed = { ...base, sequence: 1, type: 'fold.completed', ...attempt } as const;
  const finished = {
    ...base,
    type: 'run.finished',
    ...{ sequence: 2, synthetic: true, bestFold: 0, testLoss: 1 },
    ...{ meanValidationAccuracy: 0.5, stdValidationAccuracy: 0.1, testAccuracy: 0.8 },
  } as const;
  await record.append([
    { event: { ...completed, ...accuracy, weightsDigest: digest }, result },
    { event: finished },
  ]);
  await record.close();
  await writeResults(folder);
}

async function writeResults(folder: string): Promise<void> {
  const report = buildReport(sampleResults());
  const text = JSON.stringify({ ...report, run: { ...report.run, id: header.plan.run } });
  await writeFile(path.join(folder, 'report.json'), text);
  await mkdir(path.join(folder, 'model'), { recursive: true });
  for (const name of ['report.html', 'cv_results.csv', 'folds.json']) {
    await writeFile(path.join(folder, name), '');
  }
  for (const name of ['model.json', 'weights.bin']) {
    await writeFile(path.join(folder, 'model', name), bytes);
  }
}

const neverLed = (): Promise<never> => Promise.reject(new Error('it was led'));

/** What is printed of a run that is not led. */
async function resumed(
  folder: string,
  given: Partial<Record<SettingName, unknown>> = {},
  more: Partial<RunRequest<TrainSettings>> = {},
): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdout, stderr } as unknown as Record<'stdout' | 'stderr', NodeJS.WriteStream>;
  const request = { settings: asked(given), resume: folder, mayBegin: false, lead: neverLed };
  const context = { ...streams, env: {}, signal: new AbortController().signal };
  await withRun({ ...request, nats: { kind: 'none' }, ...more }, context);
  return String(stdout.read() ?? '');
}

test('options that contradict a run are refused when it has finished too, others are not', async (t) => {
  await withFolder(async (dir) => {
    await leaveFinished(dir);
    const others = { epochs: 9, threads: 4, folds: 7, data: '/nowhere', run: 'b-run' };
    for (const [name, value] of Object.entries(others)) {
      const error = await t.throwsAsync(resumed(dir, { [name]: value }), {
        instanceOf: UsageError,
      });
      t.true(error.message.startsWith(`--${name} ${JSON.stringify(value)}: the run in`));
    }
    await t.throwsAsync(resumed(dir, { run: 'b-run' }), { message: /was begun with "a-run"/ });
    await t.throwsAsync(resumed(dir, { epochs: 9, run: 'b-run', workers: 3 }), {
      message:
        /^--epochs 9, --run "b-run": .* begun with --epochs 2, --run "a-run", .*Leave them out/,
    });
    const same = { epochs: 2, data: '/nonexistent', run: 'a-run', threads: 1, workers: 9 };
    t.regex(await resumed(dir, same), /report\.html\n$/);
  });
});

test('with --json a finished run tells how it ended', async (t) => {
  await withFolder(async (dir) => {
    await leaveFinished(dir);
    const printed = JSON.parse(await resumed(dir, { json: true })) as object;
    t.like(printed, { type: 'run.finished', sequence: 2, testAccuracy: 0.8 });
  });
});

test('a finished run that lacks a result is not only told of', async (t) => {
  await withFolder(async (dir) => {
    await leaveFinished(dir);
    // It gets as far as to the data, which are not there.
    const isGoneOnWith = (): Promise<unknown> =>
      t.throwsAsync(resumed(dir), { message: /nonexistent/ });
    for (const name of ['report.html', 'report.json', 'cv_results.csv', 'folds.json', 'model']) {
      await rm(path.join(dir, name), { recursive: true });
      await isGoneOnWith();
      await writeResults(dir);
    }
    await writeFile(path.join(dir, 'model/weights.bin'), 'a netw0rk');
    await isGoneOnWith();
    await writeResults(dir);
    const report = await readFile(path.join(dir, 'report.json'), 'utf8');
    await writeFile(path.join(dir, 'report.json'), report.replace('"a-run"', '"b-run"'));
    await isGoneOnWith();
  });
});

test('what a finished run has left over is removed when it is told of', async (t) => {
  await withFolder(async (dir) => {
    await leaveFinished(dir);
    for (const name of ['.staging', 'checkpoints']) {
      await mkdir(path.join(dir, name, 'fold-1'), { recursive: true });
    }
    t.regex(await resumed(dir), /report\.html/);
    for (const name of ['.staging', 'checkpoints']) {
      await t.throwsAsync(access(path.join(dir, name)), { code: 'ENOENT' });
    }
  });
});

test('of two that begin a run at once with --resume, one finds it in use', async (t) => {
  await withFolder(async (dir) => {
    let other: Awaited<ReturnType<typeof createRecord>> | undefined;
    const check = async (): Promise<void> => {
      other = await createRecord(dir, header);
    };
    await t.throwsAsync(resumed(dir, {}, { mayBegin: true, check }), { instanceOf: RecordInUse });
    await other?.close();
  });
});
