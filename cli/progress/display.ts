import type { RecordedEvent } from '../../shared/events.ts';
import { paintFor } from '../terminal.ts';
import { eventLine } from './event-line.ts';
import { openLiveRegion } from './live-region.ts';
import { clock, progressTable } from './progress-table.ts';
import { advance, NO_PROGRESS } from './run-progress.ts';

/** What a user sees of a run while it goes on. */
export interface Display {
  readonly event: (event: RecordedEvent) => void;
  /** What has happened before this program began; not told again. */
  readonly replay: (event: RecordedEvent) => void;
  /** Something that is no event of the run, such as setting up; not shown where quiet is wanted. */
  readonly note: (line: string) => void;
  /** Something that is shown in any case. */
  readonly alert: (line: string) => void;
  /** Ends the display; what was live is wiped out after success, and stays otherwise. */
  readonly close: (outcome: 'finished' | 'stopped') => void;
}

export interface DisplayOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isQuiet: boolean;
  readonly isJson: boolean;
  readonly nowMs: () => number;
  /** Calls back again and again until told to stop; real time outside tests. */
  readonly repeat?: (callback: () => void) => () => void;
}

/** Chooses the display: live on a terminal, else a line an event; results go to stdout. */
export function openDisplay(options: DisplayOptions): Display {
  const { stderr, env, isJson, isQuiet } = options;
  if (isJson) return openJsonDisplay(options);
  if (isQuiet) return openQuietDisplay(options);
  return stderr.isTTY && env['TERM'] !== 'dumb'
    ? openLiveDisplay(options)
    : openPlainDisplay(options);
}

function openQuietDisplay({ stderr }: DisplayOptions): Display {
  return {
    event: () => undefined,
    replay: () => undefined,
    note: () => undefined,
    alert: (line) => stderr.write(`${line}\n`),
    close: () => undefined,
  };
}

/** The lines of events.ndjson on standard output. */
function openJsonDisplay({ stdout, stderr, isQuiet }: DisplayOptions): Display {
  const write = (line: string): boolean => stderr.write(`${line}\n`);
  return {
    event: (event) => stdout.write(`${JSON.stringify(event)}\n`),
    replay: () => undefined,
    note: isQuiet ? () => undefined : write,
    alert: write,
    close: () => undefined,
  };
}

function openPlainDisplay({ stderr }: DisplayOptions): Display {
  let startedMs: number | undefined;
  const write = (line: string): boolean => stderr.write(`${line}\n`);
  return {
    replay: () => undefined,
    event: (event) => {
      // As many as there are epochs, and of no interest until something fails.
      if (event.type === 'fold.checkpointed') return;
      const timeMs = Date.parse(event.time);
      startedMs ??= timeMs;
      write(`[${clock((timeMs - startedMs) / 1000)}] ${eventLine(event)}`);
    },
    note: write,
    alert: write,
    close: () => undefined,
  };
}

/** What the table of folds, or what follows it, shows already. */
const SHOWN_LIVE: ReadonlySet<RecordedEvent['type']> = new Set([
  'run.started',
  'fold.started',
  'fold.epoch',
  'fold.checkpointed',
  'fold.completed',
  'run.test-started',
  'run.transfer-started',
  'run.finished',
  'run.failed',
  'run.cancelled',
]);

function openLiveDisplay(options: DisplayOptions): Display {
  const { stderr, nowMs, repeat = everyFifthOfASecond } = options;
  const region = openLiveRegion(stderr);
  const paint = paintFor(stderr);
  let progress = NO_PROGRESS;
  const draw = (): void => {
    if (progress.folds.length === 0) return;
    // Where nobody knows, a terminal says that it has none.
    const [columns, rows] = [stderr.columns || 80, stderr.rows || 24];
    region.draw(progressTable(progress, { columns, rows, nowMs: nowMs(), paint }));
  };
  const stopDrawing = repeat(draw);
  return {
    replay: (event) => {
      progress = advance(progress, event);
    },
    event: (event) => {
      progress = advance(progress, event);
      const isTrouble = event.type === 'run.warning' || event.type === 'fold.lost';
      const line = eventLine(event);
      if (SHOWN_LIVE.has(event.type)) return;
      draw();
      region.print(isTrouble ? paint('yellow', line) : line);
    },
    note: (line) => region.print(line),
    alert: (line) => region.print(line),
    close: (outcome) => {
      stopDrawing();
      if (outcome === 'finished') region.clear();
      else draw();
    },
  };
}

function everyFifthOfASecond(callback: () => void): () => void {
  const timer = setInterval(callback, 200).unref();
  return () => clearInterval(timer);
}
