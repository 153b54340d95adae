import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { childProgram } from '../../shared/program/child-program.ts';
import { root } from '../helpers/foldwise.ts';

/**
 * Real processes to do harm to: a coordinator started again and again by one command line, as a
 * cluster would, and workers whose training is played (programs/trainer.ts).
 */

const LIVES = 60;
const foldwiseProgram = path.join(root, 'cli/foldwise.js');

export interface WorldOptions {
  readonly folds: number;
  readonly epochs: number;
  readonly workers: number;
  /** More flags for the coordinator. */
  readonly flags?: readonly string[];
  /** Environment of the coordinator's first life. */
  readonly firstLife?: Readonly<Record<string, string>>;
  /** Environment of every life of the coordinator, and of every worker. */
  readonly env?: Readonly<Record<string, string>>;
  readonly workerEnv?: Readonly<Record<string, string>>;
  /** Where the results go, and where workers keep data; below the world's own folder else. */
  readonly outDir?: string;
  readonly cacheDir?: string;
  /** Where the processes are; all on this machine's loopback unless given. */
  readonly places?: Places;
  /** Where progress is published. */
  readonly nats?: string;
  /** Workers that train with TensorFlow, instead of those that play it. */
  readonly isReal?: boolean;
}

/** What command lines begin with to be somewhere, and where the coordinator is found from there. */
export interface Places {
  readonly host: string;
  readonly coordinator: readonly string[];
  readonly worker: (index: number) => readonly string[];
}

const HERE: Places = { host: '127.0.0.1', coordinator: [], worker: () => [] };

export interface World {
  readonly outDir: string;
  readonly port: number;
  readonly coordinator: () => ChildProcess;
  readonly workers: readonly (() => ChildProcess)[];
  /** Told of each event the coordinator prints, of whichever life. */
  readonly onEvent: (listener: (event: Readonly<Record<string, unknown>>) => void) => void;
  /** Resolves with the exit code of the coordinator's last life, once it was not killed. */
  readonly finished: Promise<number>;
  readonly lives: () => number;
  /** What coordinators said on standard error. */
  readonly words: readonly string[];
  /** What workers said, line by line. */
  readonly workerLines: readonly string[];
  /** Told of each line on standard error, of the coordinator, or said by a worker. */
  readonly onLine: (listener: (line: string, from: number | 'coordinator') => void) => void;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Runs a world to its end, whatever the test does to it; nothing of it is left. */
export async function withWorld<T>(
  data: string,
  options: WorldOptions,
  use: (world: World) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-faults-'));
  const port = await freePort();
  const alive = new Set<ChildProcess>();
  const listeners: ((event: Readonly<Record<string, unknown>>) => void)[] = [];
  const lineListeners: ((line: string, from: number | 'coordinator') => void)[] = [];
  const words: string[] = [];
  const { host, ...places } = options.places ?? HERE;
  const listenTo = (input: Readable | null, from: number | 'coordinator'): void => {
    if (!input) return;
    createInterface({ input }).on('line', (line) => {
      if (from !== 'coordinator') workerLines.push(line);
      for (const listener of lineListeners) listener(line, from);
    });
  };
  let isOver = false;
  let lives = 0;
  const start = (place: readonly string[], args: readonly string[], more = {}): ChildProcess => {
    const env = { ...process.env, ...more };
    const [program, ...rest] = [...place, process.execPath, ...args];
    const child = spawn(program!, rest, { cwd: folder, env });
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    return child;
  };
  const outDir = options.outDir ?? path.join(folder, 'out');
  const workerLines: string[] = [];
  const args = [
    ...[foldwiseProgram, 'coordinator'],
    ...['--data', data, '--out', outDir, '--resume', '--json', '--run', 'faults'],
    ...['--listen', `${host}:${port}`, '--threads', '1', '--seed', '3', '--lease-ms', '2000'],
    ...['--folds', String(options.folds), '--epochs', String(options.epochs)],
    ...['--nats', options.nats ?? 'none'],
    ...(options.flags ?? []),
  ];
  let coordinator: ChildProcess;
  const finished = new Promise<number>((resolve) => {
    const live = (): void => {
      lives += 1;
      const env = { ...options.env, ...(lives === 1 ? options.firstLife : {}) };
      coordinator = start(places.coordinator, args, env);
      createInterface({ input: coordinator.stdout! }).on('line', (line) => {
        if (!line.startsWith('{')) return;
        const event = JSON.parse(line) as Record<string, unknown>;
        for (const listener of listeners) listener(event);
      });
      coordinator.stderr!.on('data', (text: Buffer) => words.push(String(text)));
      listenTo(coordinator.stderr, 'coordinator');
      coordinator.once('exit', (code, signal) => {
        if (!isOver && signal !== null && lives < LIVES) live();
        else resolve(code ?? -1);
      });
    };
    live();
  });
  const workers = Array.from({ length: options.workers }, (_, index) => {
    let worker: ChildProcess;
    const live = (): void => {
      const cache = options.cacheDir ?? path.join(folder, `cache-${index}`);
      const args = workerArgs(options, `${host}:${port}`, cache);
      worker = start(places.worker(index), args, options.workerEnv);
      for (const input of [worker.stdout, worker.stderr]) listenTo(input, index);
      worker.once('exit', (code) => {
        if (!isOver && code !== 0) live();
      });
    };
    live();
    return () => worker;
  });
  const world: World = {
    ...{ outDir, port, workers, finished, words, workerLines },
    coordinator: () => coordinator,
    onEvent: (listener) => void listeners.push(listener),
    onLine: (listener) => void lineListeners.push(listener),
    lives: () => lives,
  };
  try {
    return await use(world);
  } finally {
    isOver = true;
    await Promise.all(
      [...alive].map(async (child) => {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }),
    );
    await rm(folder, { recursive: true, force: true });
  }
}

function workerArgs({ isReal }: WorldOptions, address: string, cache: string): string[] {
  if (isReal) return [foldwiseProgram, 'worker', '--coordinator', address, '--quiet'];
  const { file, loader } = childProgram(path.join(root, 'test/faults/programs/worker.ts'));
  return [...loader, file, address, cache];
}

/** The processes that a process has started, as Linux knows them. */
export async function childrenOf(pid: number | undefined): Promise<number[]> {
  const file = `/proc/${pid}/task/${pid}/children`;
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/** The events of a run, as their file holds them. */
export async function eventLinesOf(outDir: string): Promise<string[]> {
  const text = await readFile(path.join(outDir, 'events.ndjson'), 'utf8');
  return text.trim().split('\n');
}

interface ReportFile {
  readonly folds: readonly {
    readonly validation: unknown;
    readonly model: { readonly weightsDigest: string };
  }[];
  readonly summary: unknown;
  readonly test: { readonly accuracy: number; readonly confusion: unknown };
}

/** What must not depend on what happened on the way. */
export async function resultOf(outDir: string): Promise<unknown> {
  const text = await readFile(path.join(outDir, 'report.json'), 'utf8');
  const { folds, summary, test } = JSON.parse(text) as ReportFile;
  return {
    folds: folds.map(({ validation, model }) => ({ validation, digest: model.weightsDigest })),
    summary,
    test: { accuracy: test.accuracy, confusion: test.confusion },
  };
}
