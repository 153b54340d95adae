import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { ensureEngine } from '../../worker/engine/ensure.ts';
import { makeData } from './random-data.ts';

export const root = path.join(import.meta.dirname, '../..');
const bin = path.join(root, 'cli', 'foldwise.js');

/** Where the tests' real data lie; FOLDWISE_TEST_DATA says so, else a folder beside the project. */
export const testData =
  process.env['FOLDWISE_TEST_DATA'] ?? path.join(root, '..', 'shared', 'data');

export type Running = ReturnType<typeof foldwise>;

/** Starts the real program; the test awaits or kills it. */
export function foldwise(args: readonly string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [bin, ...args], { reject: false, env, cwd: tmpdir() });
}

export interface Workshop {
  /** A temporary folder. */
  readonly dir: string;
  /** For processes, which are gone at the end. */
  readonly env: Record<string, string>;
  readonly mark: string;
  /** A small dataset, for runs that need no other: the built-in one takes seconds to draw. */
  readonly data: string;
}

/** A place for runs of the real program, of which nothing is left. */
export async function withWorkshop(use: (shop: Workshop) => Promise<void>): Promise<void> {
  await ensureEngine({ onProgress: () => undefined });
  const dir = await mkdtemp(path.join(tmpdir(), 'foldwise-test-'));
  const mark = randomUUID();
  const data = path.join(dir, 'data');
  try {
    await makeData(data, 28);
    await use({ dir, mark, data, env: { FOLDWISE_TEST_MARK: mark } });
  } finally {
    for (const pid of await processesWith(mark)) process.kill(pid, 'SIGKILL');
    await rm(dir, { recursive: true, force: true });
  }
}

/** Draws data with so many images to train on, and pictures of products; the folder they are in. */
export async function drawData(dir: string, train: number): Promise<string> {
  const drawn = path.join(dir, 'drawn');
  const counts = ['--train', String(train), '--test', '60', '--transfer', '60'];
  const made = await foldwise(['data', 'synth', drawn, ...counts]);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  return drawn;
}

/** The live processes (zombies left out) that carry this mark in their environment. */
export async function processesWith(mark: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const read = (file: string): Promise<string> =>
      readFile(`/proc/${entry}/${file}`, 'utf8').catch(() => '');
    const environ = await read('environ');
    if (!environ.includes(`FOLDWISE_TEST_MARK=${mark}`)) continue;
    if (/^State:\s+Z/m.test(await read('status'))) continue;
    found.push(Number(entry));
  }
  return found;
}

/** Resolves once no process carries the mark; the test's own timeout bounds the wait. */
export async function untilNoProcessWith(mark: string): Promise<void> {
  while ((await processesWith(mark)).length > 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The events that a process started with --json prints, as they come. */
export async function* eventsOf(running: Running): AsyncGenerator<Record<string, unknown>> {
  for await (const line of running) yield JSON.parse(line) as Record<string, unknown>;
}

/** Waits for the first event of a type. */
export async function untilEvent(
  events: AsyncGenerator<Record<string, unknown>>,
  type: string,
): Promise<Record<string, unknown>> {
  for (;;) {
    const next = await events.next();
    if (next.done) throw new Error(`the program ended before "${type}"`);
    if (next.value['type'] === type) return next.value;
  }
}

/** The bytes and scores that must be the same however a plan was carried out. */
export async function resultOf(outDir: string, folds: number): Promise<Record<string, string>> {
  const names = ['folds.json', 'model/model.json', 'model/weights.bin'];
  for (let fold = 0; fold < folds; fold += 1) {
    names.push(`folds/${fold}/model/model.json`, `folds/${fold}/model/weights.bin`);
  }
  const read = async (name: string): Promise<[string, string]> => [
    name,
    (await readFile(path.join(outDir, name))).toString('base64'),
  ];
  const files = Object.fromEntries(await Promise.all(names.map(read)));
  return { ...files, scores: JSON.stringify(await evaluationsOf(outDir)) };
}

interface Scored {
  readonly loss: number;
  readonly accuracy: number;
  readonly confusion: readonly (readonly number[])[];
}

/** The scores of the test, and of the transfer evaluation where there was one. */
async function evaluationsOf(outDir: string): Promise<readonly Scored[]> {
  const report = JSON.parse(await readFile(path.join(outDir, 'report.json'), 'utf8')) as {
    test: Scored;
    transfer?: { paper: Scored; fit: Scored };
  };
  const { test, transfer } = report;
  return [test, ...(transfer ? [transfer.paper, transfer.fit] : [])].map(
    ({ loss, accuracy, confusion }) => ({ loss, accuracy, confusion }),
  );
}
