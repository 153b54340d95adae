import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunId } from '../shared/domain.ts';
import type { ProgressEvent, RecordedEvent } from '../shared/events.ts';

export interface EventLog {
  /** Appends the event to the file and returns it with its place in the run. */
  readonly record: (event: ProgressEvent) => RecordedEvent;
  readonly close: () => void;
}

/**
 * Opens `events.ndjson`: one event a line, written at once, in the order they happened.
 * @param now the wall clock, for the `time` of an event.
 */
export function openEventLog(file: string, run: RunId, now: () => Date): EventLog {
  const descriptor = openSync(file, 'ax');
  let sequence = 0;
  return {
    record: (event) => {
      sequence += 1;
      const recorded: RecordedEvent = {
        run,
        sequence,
        time: now().toISOString(),
        ...event,
      };
      const line = Buffer.from(`${JSON.stringify(recorded)}\n`);
      let written = 0;
      while (written < line.length) written += writeSync(descriptor, line, written);
      return recorded;
    },
    close: () => closeSync(descriptor),
  };
}
