import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { FoldwiseError } from '../shared/errors.ts';
import { peakMemoryBytes } from './machine.ts';

/** What a side is told to do, as a line of JSON. */
export type Command =
  | {
      readonly do: 'train' | 'predict';
      readonly mode: string;
      readonly images: number;
      readonly batch: number;
    }
  /** One product of two square matrices of floats. */
  | { readonly do: 'product'; readonly size: number };

/** What it answers. Seconds are its own, without the passing of messages. */
const answerSchema = z.union([z.object({ seconds: z.number() }), z.object({ error: z.string() })]);
export type Answer = z.infer<typeof answerSchema>;

/** Its first line, once it has loaded. */
const readySchema = z.object({
  versions: z.record(z.string(), z.string()),
  device: z.string(),
});
export type Ready = z.infer<typeof readySchema>;

/** A process that trains or predicts when told, and waits otherwise. */
export interface Side {
  readonly name: string;
  readonly ready: Ready;
  /** @throws FoldwiseError when it dies instead */
  readonly ask: (command: Command) => Promise<Answer>;
  readonly peakMemoryBytes: () => number;
  /** Resolves when the process and all that it started are gone. */
  readonly close: () => Promise<void>;
}

export interface SideOptions {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cores: readonly number[];
  /** Aborting kills it. */
  readonly signal: AbortSignal;
}

const LAST_WORDS = 2000;
const LAST_WORDS_MS = 1000;

/** A command line that runs another one on these processors alone. */
export const pinned = (cores: readonly number[], file: string, args: readonly string[]) => ({
  file: 'taskset',
  args: ['--cpu-list', cores.join(), file, ...args],
});

/** Starts a side, and waits until it has loaded. @throws FoldwiseError when it does not */
export async function openSide(options: SideOptions): Promise<Side> {
  const { name, cores, signal } = options;
  signal.throwIfAborted();
  const { file, args } = pinned(cores, options.file, options.args);
  const child = spawn(file, args, {
    // A group of its own, to be ended with all that it starts.
    detached: true,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const life = watch(child, options);
  try {
    const ready = readySchema.parse(await life.nextLine());
    return {
      name,
      ready,
      ask: async (command) => {
        child.stdin.write(`${JSON.stringify(command)}\n`);
        return answerSchema.parse(await life.nextLine());
      },
      peakMemoryBytes: () =>
        peakMemoryBytes(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? 0,
      close: life.end,
    };
  } catch (error) {
    await life.end();
    throw error;
  }
}

interface Life {
  /** The next line of output, from JSON. */
  readonly nextLine: () => Promise<unknown>;
  readonly end: () => Promise<void>;
}

function watch(child: ChildProcess, { name, signal }: SideOptions): Life {
  const lines: string[] = [];
  let lastWords = '';
  let wake: () => void = () => undefined;
  let death: Error | undefined;
  const kill = (): void => killGroup(child.pid);
  const gone = new Promise<void>((resolve) => {
    let waiting: NodeJS.Timeout | undefined;
    const die = (how: string): void => {
      clearTimeout(waiting);
      death ??= new FoldwiseError(`${name} ended (${how}). ${lastWords.trim()}`.trim());
      wake();
      resolve();
    };
    child.once('error', (error) => die(error.message));
    child.once('close', (code, killedBy) => die(killedBy ?? `exit code ${code}`));
    // Its output may have more to say; but what it has started may hold that open for ever.
    child.once('exit', (code, killedBy) => {
      waiting = setTimeout(() => die(killedBy ?? `exit code ${code}`), LAST_WORDS_MS);
    });
  });
  child.stdin?.on('error', () => undefined);
  child.stderr?.on('data', (data: Buffer) => {
    lastWords = (lastWords + data.toString()).slice(-LAST_WORDS);
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      lines.push(line);
      wake();
    });
  }
  signal.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  return {
    nextLine: async () => {
      while (lines.length === 0) {
        signal.throwIfAborted();
        if (death) throw death;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return JSON.parse(lines.shift() ?? '') as unknown;
    },
    end: async () => {
      kill();
      await gone;
      signal.removeEventListener('abort', kill);
      process.off('exit', kill);
    },
  };
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
