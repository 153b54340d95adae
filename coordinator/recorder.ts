import { setTimeout } from 'node:timers/promises';
import type { ProgressEvent, RecordedEvent } from '../shared/events.ts';
import type { FullDisk } from './scheduler/full-disk.ts';
import type { EffectOf } from './loop.ts';
import { type Fact, RecordFull, type RunRecord } from './record/record.ts';

export interface RecorderOptions {
  readonly record: Pick<RunRecord, 'header' | 'facts' | 'append'>;
  /** The wall clock, for the time of an event. */
  readonly now: () => Date;
  /** Gets each event once the disk has it. */
  readonly onRecorded: (event: RecordedEvent) => void;
  readonly fullDisk: FullDisk;
  /** Ends the waiting for space. */
  readonly signal: AbortSignal;
  /** Waits before the next try, by the real clock unless told. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

type Happening = Pick<EffectOf<'record'>, 'event' | 'result'>;

/** Makes facts of what happens. */
export interface Recorder {
  /** @returns once the disk has all of them; waits for space where it is full */
  readonly record: (happenings: readonly Happening[]) => Promise<void>;
}

const RETRY_MS = 1_000;

/** Continues the sequence of a record. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { record, now, onRecorded } = options;
  const { run } = record.header.plan;
  let last = record.facts.length;
  const stamp = (event: ProgressEvent): RecordedEvent => {
    last += 1;
    return { run, sequence: last, time: now().toISOString(), ...event };
  };
  return {
    record: async (happenings) => {
      const facts = happenings.map(({ event, result }): Fact => {
        return { event: stamp(event), ...(result && { result }) };
      });
      await append(facts, options);
      for (const { event } of facts) onRecorded(event);
    },
  };
}

const sleep = (ms: number, signal: AbortSignal): Promise<unknown> =>
  setTimeout(ms, undefined, { signal });

async function append(
  facts: readonly Fact[],
  { record, fullDisk, signal, wait = sleep }: RecorderOptions,
): Promise<void> {
  for (;;) {
    try {
      await record.append(facts);
      return fullDisk.well();
    } catch (error) {
      if (!(error instanceof RecordFull)) throw error;
      fullDisk.trouble();
      // Stopping does not wait for space that may never come.
      if (signal.aborted) throw error;
      await wait(RETRY_MS, signal).catch(() => undefined);
    }
  }
}
