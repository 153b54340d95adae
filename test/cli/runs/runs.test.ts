import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import test from 'ava';
import { listRuns } from '../../../cli/runs/list.ts';
import { removeFiles } from '../../../cli/runs/remove-files.ts';
import { removeRun } from '../../../cli/runs/remove.ts';
import { showRun } from '../../../cli/runs/show.ts';
import type { RunsFlags } from '../../../cli/runs/flags.ts';
import type { Context } from '../../../cli/context.ts';
import { openEventLog } from '../../../coordinator/event-log.ts';
import { createRecord, openRecord } from '../../../coordinator/record/open.ts';
import type { RunRecord } from '../../../coordinator/record/record.ts';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import { asDigest, asRunId, asWorkerId } from '../../../shared/domain.ts';
import { UsageError } from '../../../shared/errors.ts';
import type { ProgressEvent } from '../../../shared/events.ts';
import { sampleResults } from '../../coordinator/report/sample-results.ts';
import { header } from '../../coordinator/record/facts.ts';
import { foldwise, withFolder } from '../command-line.ts';

const [first, second] = [asWorkerId('node-7'), asWorkerId('node-8')];
const datasetDigest = asDigest('c'.repeat(64));
const epoch = { trainLoss: 1, trainAccuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5 };

const STORY: readonly ProgressEvent[] = [
  {
    ...{ type: 'run.started', k: 3, seed: 7, epochs: 2, dataset: 'tiny', datasetDigest },
    synthetic: true,
  },
  { type: 'run.warning', message: 'two images are \u{1b}[31mthe same' },
  { type: 'fold.started', fold: 0, attempt: 1, worker: first, fromEpoch: 0 },
  { type: 'fold.epoch', fold: 0, attempt: 1, worker: first, epoch: 1, ...epoch, seconds: 1 },
  {
    ...{ type: 'fold.lost', fold: 0, attempt: 1, worker: first, cause: 'preempted' },
    reason: 'not heard of',
  },
  { type: 'fold.started', fold: 0, attempt: 2, worker: second, fromEpoch: 1 },
  { type: 'fold.epoch', fold: 0, attempt: 2, worker: second, epoch: 2, ...epoch, seconds: 1 },
  {
    ...{ type: 'fold.completed', fold: 0, attempt: 2, worker: second, validationLoss: 1 },
    ...{ validationAccuracy: 0.5, fitSeconds: 3, weightsDigest: datasetDigest },
  },
  { type: 'fold.started', fold: 1, attempt: 1, worker: first, fromEpoch: 0 },
];

const STOPPED: ProgressEvent = { type: 'run.cancelled', reason: 'stopped by SIGTERM' };
const FAILED: ProgressEvent = { type: 'run.failed', reason: 'fold 1 failed five times' };
const FINISHED: ProgressEvent = {
  ...{ type: 'run.finished', synthetic: true, bestFold: 0, meanValidationAccuracy: 0.5 },
  ...{ stdValidationAccuracy: 0.1, testLoss: 1, testAccuracy: 0.8125 },
};

/** A run in a folder of runs; its record is still open. */
async function begin(
  runs: string,
  id: string,
  events: readonly ProgressEvent[],
): Promise<RunRecord> {
  const folder = path.join(runs, id);
  await mkdir(folder, { recursive: true });
  const plan = { ...header.plan, run: asRunId(id) };
  const record = await createRecord(folder, { ...header, plan });
  const facts = events.map((event, index) => {
    const time = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
    return { event: { run: asRunId(id), sequence: index + 1, time, ...event } };
  });
  await record.append(facts);
  openEventLog(folder, { facts }).close();
  return record;
}

const leave = async (...args: Parameters<typeof begin>): Promise<void> =>
  (await begin(...args)).close();

/** A finished run of a Foldwise without records. */
async function leaveOld(runs: string, id: string): Promise<void> {
  await mkdir(path.join(runs, id), { recursive: true });
  const report = buildReport(sampleResults());
  const text = JSON.stringify({ ...report, run: { ...report.run, id } });
  await writeFile(path.join(runs, id, 'report.json'), text);
}

async function printed(use: (context: Context) => Promise<void>): Promise<string> {
  const chunks: string[] = [];
  const write = (chunk: Buffer, _encoding: unknown, done: () => void): void => {
    chunks.push(chunk.toString());
    done();
  };
  const stdout = new Writable({ write }) as NodeJS.WriteStream;
  const { signal } = new AbortController();
  await use({ stdout, stderr: stdout, env: {}, signal });
  return chunks.join('');
}

const listed = (flags: RunsFlags) => printed((context) => listRuns(flags, context));
const shown = (name: string, flags: RunsFlags) =>
  printed((context) => showRun(name, flags, context));
const removed = (name: string, flags: RunsFlags) =>
  printed((context) => removeRun(name, flags, context));

test('a list tells how each run stands and what came out', async (t) => {
  await withFolder(async (dir) => {
    await leave(dir, 'was-stopped', [...STORY, STOPPED]);
    await leave(dir, 'was-killed', STORY);
    await leave(dir, 'has-failed', [...STORY, FAILED]);
    await leave(dir, 'is-done', [...STORY, STOPPED, { type: 'run.resumed' }, FINISHED]);
    await leave(dir, 'is-lost', STORY);
    await writeFile(path.join(dir, 'is-lost', 'record.db'), 'lost');
    await leaveOld(dir, 'old-run');
    await mkdir(path.join(dir, 'no-run'));
    await writeFile(path.join(dir, 'a-file'), '');
    const running = await begin(dir, 'is-running', STORY);
    const table = await listed({ dir });
    await running.close();
    const rows = table.split('\n').map((line) => line.split(/ {2,}/));
    const found: Record<string, string[]> = Object.fromEntries(
      rows.map(([id = '', ...cells]) => [id, cells]),
    );
    const created = '2026-01-01 00:00';
    const tiny = 'tiny "été"\u{fffd} (drawn)';
    t.deepEqual(rows[0], ['Run', 'State', 'Created (UTC)', 'Folds', 'Test', 'Data', 'Folder']);
    t.deepEqual(found['was-stopped'], ['stopped', created, '1/3', '-', tiny]);
    t.deepEqual(found['was-killed'], ['stopped', created, '1/3', '-', tiny]);
    t.deepEqual(found['has-failed'], ['failed', created, '1/3', '-', tiny]);
    t.deepEqual(found['is-done'], ['finished', created, '1/3', '81.25%', tiny]);
    t.deepEqual(found['is-running'], ['running', created, '1/3', '-', 'tiny (drawn)']);
    t.deepEqual(found['is-lost']?.slice(0, 3), ['unreadable', created, '1/3']);
    t.deepEqual(found['old-run']?.slice(0, 3), ['finished', '2026-03-04 12:30', '3/3']);
    t.is(found['old-run']?.[4], 'fashion-mnist');
    t.false('no-run' in found);
    t.regex(table, /is-lost\/record\.db is not the record of a run/);
    t.true(rows.findIndex(([id]) => id === 'old-run') > rows.findIndex(([id]) => id === 'is-done'));
  });
});

test('a list says where runs are that are not named after their folder, within 100 columns', async (t) => {
  await withFolder(async (cwd) => {
    const id = '20260304-123305-k3x9';
    await leave(path.join(cwd, 'runs'), id, [...STORY, STOPPED]);
    await cp(path.join(cwd, 'runs', id), path.join(cwd, 'runs/my copy'), { recursive: true });
    const { stdout } = await foldwise(['runs', 'list'], { cwd });
    const lines = stdout.split('\n');
    t.true(
      lines.every((line) => line.length <= 100),
      stdout,
    );
    t.regex(lines.find((line) => line.endsWith('(drawn)')) ?? '', /^2026/);
    t.regex(lines.find((line) => line.endsWith("  'runs/my copy'")) ?? '', /^2026/);
  });
});

test('a list as JSON says the same, and an empty one says so', async (t) => {
  await withFolder(async (dir) => {
    t.is(await listed({ dir }), `No runs in ${dir}\n`);
    t.deepEqual(JSON.parse(await listed({ dir, json: true })), { schema: 1, runs: [] });
    await leave(dir, 'is-done', [...STORY, FINISHED]);
    t.deepEqual(JSON.parse(await listed({ dir, json: true })), {
      schema: 1,
      runs: [
        {
          ...{ id: 'is-done', folder: path.join(dir, 'is-done'), state: 'finished', problem: null },
          ...{ createdAt: header.createdAt, folds: { done: 1, k: 3 }, testAccuracy: 0.8125 },
          dataset: { name: header.plan.dataset.name, synthetic: true },
        },
      ],
    });
    await t.throwsAsync(listed({ dir: path.join(dir, 'nowhere') }), { message: /does not exist/ });
  });
});

test('a run that was stopped is shown with its plan, its attempts, and what to type', async (t) => {
  await withFolder(async (dir) => {
    await leave(dir, 'a-run', [...STORY, STOPPED]);
    const folder = path.join(dir, 'a-run');
    const text = await shown('a-run', { dir });
    t.is(text, await shown(folder, {}));
    for (const part of [
      ...[/SYNTHETIC DATA/, /^a-run {2}stopped$/m, /^ {2}ended {5}stopped by SIGTERM$/m],
      ...[/6 training, 6 test images/, /3, stratified, seed 7/, /2 epochs, batches of 2/],
      ...[/^0 +1 +node-7 +1 +lost: not heard of$/m, /^ +2 +node-8 +2 +50\.00% +done$/m],
      ...[/^1 +1 +node-7 +0 +not finished$/m, /^2 +waiting$/m],
      /^warning: two images are \u{fffd}\[31mthe same$/mu,
    ]) {
      t.regex(text, part);
    }
    t.true(text.includes(`Go on: npx foldwise train --resume ${folder}\n`));
    t.true(text.includes(`foldwise coordinator --out ${folder} --resume\n`));
    const json = await shown('a-run', { dir, json: true });
    t.false(json.includes(header.ticketKey));
    const described = JSON.parse(json) as Record<string, unknown>;
    t.deepEqual(described['config'], { data: 'tiny', folds: 3 });
    t.like(described, {
      schema: 1,
      id: 'a-run',
      state: 'stopped',
      foldsDone: 1,
      foldwise: '0.1.0',
    });
  });
});

test('why a run ended once is not told of one that went on and was killed, but from where it goes on', async (t) => {
  await withFolder(async (dir) => {
    const scope = { fold: 1, attempt: 1, worker: first };
    const kept = { ...scope, epoch: 1, sizeBytes: 9, digest: datasetDigest };
    await leave(dir, 'a-run', [
      ...STORY,
      { type: 'fold.epoch', ...scope, epoch: 2, ...epoch, seconds: 1 },
      { type: 'fold.checkpointed', ...kept },
      ...[STOPPED, { type: 'run.resumed' } as const],
    ]);
    const text = await shown('a-run', { dir });
    t.notRegex(text, /SIGTERM/);
    t.regex(text, /^1 +1 +node-7 +2 +not finished, goes on after epoch 1$/m);
    const json = JSON.parse(await shown('a-run', { dir, json: true })) as Record<string, unknown>;
    t.is(json['reason'], null);
    t.is((json['folds'] as { checkpointEpoch?: number }[])[1]?.checkpointEpoch, 1);
    const none = { ...scope, cause: 'checkpoint', reason: 'it cannot be read' } as const;
    await leave(dir, 'b-run', [
      ...STORY,
      { type: 'fold.checkpointed', ...kept },
      { type: 'fold.lost', ...none },
    ]);
    t.notRegex(await shown('b-run', { dir }), /goes on after/);
  });
});

test('what goes on is shown by its events and not disturbed; what is over needs no more typing', async (t) => {
  await withFolder(async (dir) => {
    const record = await begin(dir, 'is-running', STORY);
    const text = await shown('is-running', { dir });
    t.regex(text, /^is-running {2}running$/m);
    t.regex(text, /^1 +1 +node-7 +0 +training$/m);
    t.notRegex(text, /Go on/);
    const next = { run: asRunId('is-running'), sequence: STORY.length + 1, time: header.createdAt };
    await record.append([{ event: { ...next, ...STOPPED } }]);
    await record.close();
    await leave(dir, 'has-failed', [...STORY, FAILED]);
    t.notRegex(await shown('has-failed', { dir }), /Go on/);
    await leaveOld(dir, 'old-run');
    t.regex(await shown('old-run', { dir }), /^0 +1 +local-0 +15 +9\d\.\d\d% +done$/m);
  });
});

test('a folder of another name is found by the id of its run; what is no run is said to be none', async (t) => {
  await withFolder(async (dir) => {
    await leave(dir, 'a-run', STORY);
    await symlink(path.join(dir, 'a-run'), path.join(dir, 'other-name'));
    t.regex(await shown('a-run', { dir }), /a-run/);
    const message = /there is no run "b-run": expected the folder of a run, or the id of one in/;
    await t.throwsAsync(shown('b-run', { dir }), { message });
    await t.throwsAsync(shown('', { dir }), { message: /there is no run ""/ });
    await t.throwsAsync(shown(dir, {}), { message: /is not the folder of a run/ });
  });
});

test('a run is removed with its results, and nothing else', async (t) => {
  await withFolder(async (dir) => {
    await leave(dir, 'a-run', [...STORY, STOPPED]);
    await leave(dir, 'b-run', STORY);
    const folder = path.join(dir, 'a-run');
    for (const name of ['folds/0/model', 'model', 'logs', '.staging/models', 'checkpoints']) {
      await mkdir(path.join(folder, name), { recursive: true });
    }
    await writeFile(path.join(folder, 'report.html'), '');
    await writeFile(path.join(folder, 'report.json.1234'), '');
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    const text = await removed('a-run', { dir });
    t.is(text, `Removed run a-run in ${folder}\nKept what is not of the run: notes.txt\n`);
    t.deepEqual(await readdir(folder), ['notes.txt']);
    t.is(await readFile(path.join(folder, 'notes.txt'), 'utf8'), 'mine');
    const json = JSON.parse(await removed('b-run', { dir, json: true })) as object;
    t.deepEqual(json, { schema: 1, id: 'b-run', folder: path.join(dir, 'b-run'), kept: [] });
    t.deepEqual(await readdir(dir), ['a-run']);
    await t.throwsAsync(removed(folder, {}), { message: /is not the folder of a run/ });
  });
});

test('of the folders in a run only what Foldwise wrote there is removed', async (t) => {
  await withFolder(async (dir) => {
    await leave(dir, 'a-run', [...STORY, FINISHED]);
    const folder = path.join(dir, 'a-run');
    const [digest, mine] = ['a'.repeat(64), ['folds/mine.txt', 'model/precious', 'mine/0/x']];
    const ours = [
      ...['cv_results.csv', 'cv_results.csv.271', 'report.json', 'report.html', 'folds.json'],
      ...['incomplete.json', 'events.ndjson.new', 'model/model.json', 'model/weights.bin'],
      ...['folds/0/model/model.json', `checkpoints/fold-1/${digest}.state`, 'logs/worker-0.log'],
      ...[`.staging/models/fold-1.attempt-2.w-1.${digest}.partial`, '.staging/model/model.json'],
      `.staging/fold-0.attempt-1.${digest}.making/weights.bin`,
    ];
    for (const name of [...ours, ...mine]) {
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder, name), name);
    }
    await symlink(dir, path.join(folder, 'checkpoints/fold-2'));
    const { kept } = JSON.parse(await removed(folder, { json: true })) as { kept: string[] };
    t.deepEqual(kept, ['checkpoints/fold-2', 'folds/mine.txt', 'mine', 'model/precious']);
    for (const name of mine) t.is(await readFile(path.join(folder, name), 'utf8'), name);
    t.deepEqual(await readdir(folder), ['checkpoints', 'folds', 'mine', 'model']);
    await t.throwsAsync(removed(folder, {}), { message: /is not the folder of a run/ });
  });
});

test('an id of several folders is refused, naming them; a folder is not', async (t) => {
  await withFolder(async (dir) => {
    await leave(dir, 'mine', [...STORY, STOPPED]);
    const copy = path.join(dir, 'mine-backup');
    await cp(path.join(dir, 'mine'), copy, { recursive: true });
    await symlink(copy, path.join(dir, 'link'));
    for (const use of [shown, removed]) {
      const error = await t.throwsAsync(use('mine', { dir }), { instanceOf: UsageError });
      t.regex(error.message, /"mine" is the id of 2 runs: give the folder of one, /);
      t.true(error.message.includes(path.join(dir, 'mine')));
    }
    await removed(path.join(dir, 'mine'), {});
    t.regex(await shown('mine', { dir }), /^mine {2}stopped$/m);
    t.deepEqual(await readdir(dir), ['link', 'mine-backup']);
  });
});

test('a run that cannot be removed is said to be so', async (t) => {
  await withFolder(async (dir) => {
    const error = await t.throwsAsync(removeFiles(path.join(dir, 'nothing')));
    t.regex(error.message, /^the run in .*nothing cannot be removed: ENOENT/);
  });
});

test('a running run is not removed; a damaged and an old one are', async (t) => {
  await withFolder(async (dir) => {
    const record = await begin(dir, 'is-running', STORY);
    const refusal = { message: /the run in .*is-running is running: stop it first \(Ctrl-C/ };
    await t.throwsAsync(removed('is-running', { dir }), refusal);
    await record.close();
    t.is((await openRecord(path.join(dir, 'is-running'))).facts.length, STORY.length);
    await leave(dir, 'is-lost', STORY);
    await writeFile(path.join(dir, 'is-lost', 'record.db'), 'lost');
    await removed('is-lost', { dir });
    await leaveOld(dir, 'old-run');
    await removed('old-run', { dir });
    t.deepEqual(await readdir(dir), ['is-running']);
  });
});

test('the program lists, shows and removes', async (t) => {
  await withFolder(async (cwd) => {
    await leave(path.join(cwd, 'runs'), 'a-run', [...STORY, STOPPED]);
    const list = await foldwise(['runs', 'list'], { cwd });
    t.deepEqual([list.exitCode, list.stderr], [0, '']);
    t.regex(list.stdout, /^a-run +stopped/m);
    const none = await foldwise(['runs', 'show', 'b-run'], { cwd });
    t.is(none.exitCode, 2);
    t.regex(none.stderr, /^error: there is no run "b-run"/);
    t.is((await foldwise(['runs', 'rm', 'a-run'], { cwd })).exitCode, 0);
    t.is((await foldwise(['runs', 'list'], { cwd })).stdout, 'No runs in runs');
    t.is((await foldwise(['runs'], { cwd })).exitCode, 2);
  });
});
