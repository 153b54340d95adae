import path from 'node:path';
import { EVENTS_FILE } from '../../coordinator/event-log.ts';
import { inspectRecord } from '../../coordinator/record/inspect-record.ts';
import { recordExists } from '../../coordinator/record/open.ts';
import type { RunHeader } from '../../coordinator/record/record.ts';
import type { Report } from '../../coordinator/report/report-schema.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import { isEnding, type RecordedEvent } from '../../shared/events.ts';
import { eventSchema } from '../../shared/events-schema.ts';
import { parseJson, readFile, readReport } from './read-files.ts';

/**
 * `running`: a coordinator has it; `stopped`: it may be resumed; `unreadable`: its record is
 * damaged, or of a newer Foldwise.
 */
export type RunState = 'running' | 'stopped' | 'finished' | 'failed' | 'unreadable';

/** What the folder of a run says, from whatever of it is there. */
export interface ReadRun {
  readonly folder: string;
  readonly state: RunState;
  /** Why its record cannot be read. */
  readonly problem?: string;
  /** Of its record, where it has one that can be read now. */
  readonly header?: RunHeader;
  readonly events: readonly RecordedEvent[];
  readonly report?: Report;
}

/**
 * Reads the folder of a run; a run that goes on is not disturbed.
 *
 * @returns undefined where it is not the folder of a run
 */
export async function readRun(folder: string): Promise<ReadRun | undefined> {
  const report = await readReport(folder);
  const base = { folder, ...(report && { report }) };
  if (!(await recordExists(folder).catch(() => false))) return readWithoutRecord(base);
  try {
    const content = await inspectRecord(folder);
    if (content === 'in use') {
      return { ...base, state: 'running', events: await readEvents(folder) };
    }
    const events = content.facts.map(({ event }) => event);
    return { ...base, header: content.header, state: endingOf(events), events };
  } catch (error) {
    if (!(error instanceof FoldwiseError)) throw error;
    const events = await readEvents(folder);
    return { ...base, state: 'unreadable', problem: error.message, events };
  }
}

/** A run of an older Foldwise. */
async function readWithoutRecord(
  base: Pick<ReadRun, 'folder' | 'report'>,
): Promise<ReadRun | undefined> {
  const events = await readEvents(base.folder);
  if (base.report) return { ...base, state: 'finished', events };
  return events.length === 0 ? undefined : { ...base, state: endingOf(events), events };
}

function endingOf(events: readonly RecordedEvent[]): RunState {
  const last = events.findLast((event) => isEnding(event) || event.type === 'run.resumed');
  if (last?.type === 'run.finished') return 'finished';
  return last?.type === 'run.failed' ? 'failed' : 'stopped';
}

/** Lines that are no events of this version, the last one unfinished perhaps, are left out. */
async function readEvents(folder: string): Promise<RecordedEvent[]> {
  const text = await readFile(path.join(folder, EVENTS_FILE));
  return (text ?? '').split('\n').flatMap((line) => {
    const parsed = eventSchema.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}
