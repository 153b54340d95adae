import { percent, points, SYNTHETIC_NOTICE } from '../../coordinator/report/format.ts';
import type { RecordedEvent } from '../../shared/events.ts';
import type { Context } from '../context.ts';
import { jsonLine } from '../json-line.ts';
import { type Display, openDisplay } from '../progress/display.ts';

/** What somebody who watches a run sees. */
export interface Viewer {
  readonly event: (event: RecordedEvent) => void;
  /** Said of the watching itself, on standard error. */
  readonly say: (line: string) => void;
  /** After the last event: what was live stays, or gives way to the result. */
  readonly close: () => void;
}

/** Opens a viewer: live bars on a terminal, else a line an event, or the events as JSON. */
export function openViewer(context: Context, { isJson }: { readonly isJson: boolean }): Viewer {
  return isJson ? jsonViewer(context) : displayViewer(context);
}

function jsonViewer({ stdout, stderr }: Context): Viewer {
  return {
    event: (event) => stdout.write(`${jsonLine(event)}\n`),
    say: (line) => stderr.write(`${line}\n`),
    close: () => undefined,
  };
}

function displayViewer({ stdout, stderr, env }: Context): Viewer {
  let display: Display | undefined;
  let result: string | undefined;
  const open = (first: RecordedEvent): Display => {
    // Without the beginning of the story there are no folds to draw: lines then.
    const style = first.type === 'run.started' ? env : { ...env, TERM: 'dumb' };
    const plain = { isJson: false, isQuiet: false };
    return openDisplay({ stdout, stderr, env: style, ...plain, nowMs: Date.now });
  };
  return {
    event: (event) => {
      display ??= open(event);
      display.event(event);
      if (event.type === 'run.finished') result = resultOf(event);
    },
    say: (line) => (display ? display.note(line) : stderr.write(`${line}\n`)),
    close: () => {
      display?.close(result === undefined ? 'stopped' : 'finished');
      if (result !== undefined) stdout.write(result);
    },
  };
}

type Finished = Extract<RecordedEvent, { type: 'run.finished' }>;

function resultOf(event: Finished): string {
  const { meanValidationAccuracy: mean, stdValidationAccuracy: std, transfer } = event;
  return [
    `Run ${event.run} finished`,
    `Validation  ${percent(mean)} ± ${points(std)}   mean ± std`,
    `Selected    fold ${event.bestFold}`,
    `Test        ${percent(event.testAccuracy)}`,
    ...(transfer
      ? [`Transfer    fit ${percent(transfer.fit)}, paper ${percent(transfer.paper)}`]
      : []),
    ...(event.synthetic ? ['', SYNTHETIC_NOTICE] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
