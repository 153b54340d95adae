import { asRunId, ID_PATTERN, type RunId } from './domain.ts';
import type { RecordedEvent } from './events.ts';

/** Every subject begins so; another form of the messages would get another number. */
const ROOT = 'foldwise.v1';

/** Filter for every event of every run. */
export const ALL_EVENTS = `${ROOT}.>`;

/** Filter for the start of every run. */
export const ALL_STARTS = `${ROOT}.*.run.started`;

/** Filter for every event of one run. */
export const eventsOf = (run: RunId): string => `${ROOT}.${asRunId(run)}.>`;

/**
 * Where an event is published: `foldwise.v1.<run>.run.<event>`, or
 * `foldwise.v1.<run>.fold.<k>.<event>`.
 *
 * @throws RangeError for an id or a fold that would break out of its place
 */
export function subjectOf(event: RecordedEvent): string {
  const run = asRunId(event.run);
  const [scope, name] = event.type.split('.');
  if (scope === 'run' || !('fold' in event)) return `${ROOT}.${run}.run.${name}`;
  const { fold } = event;
  if (!Number.isSafeInteger(fold) || fold < 0) throw new RangeError(`no fold: ${fold}`);
  return `${ROOT}.${run}.fold.${fold}.${name}`;
}

/** What a subject says of the event that is published there. */
export interface Place {
  readonly run: RunId;
  /** As in {@link RecordedEvent}, "fold.epoch" say; not checked against the known ones. */
  readonly type: string;
  readonly fold?: number;
}

const SUBJECT = /^foldwise\.v1\.([^.]+)\.(?:run\.([a-z-]+)|fold\.(0|[1-9]\d{0,8})\.([a-z-]+))$/;

/** Reads a subject back; undefined for one that is none of ours. */
export function parseSubject(subject: string): Place | undefined {
  const [, run = '', ofRun, fold, ofFold] = SUBJECT.exec(subject) ?? [];
  if (!ID_PATTERN.test(run)) return undefined;
  if (ofRun !== undefined) return { run: asRunId(run), type: `run.${ofRun}` };
  return { run: asRunId(run), type: `fold.${ofFold}`, fold: Number(fold) };
}
