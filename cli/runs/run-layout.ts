import { EVENTS_FILE } from '../../coordinator/event-log.ts';
import { RECORD_FILE } from '../../coordinator/record/schema.ts';

/** The files that Foldwise writes into a folder of a run, and those it makes below it. */
export interface Layout {
  readonly files: RegExp;
  readonly folders?: readonly (readonly [name: RegExp, content: Layout])[];
}

const NONE = /(?!)/;

const MODEL: Layout = { files: /^(model\.json|weights\.bin)$/ };
const PARTS: Layout = { files: /^fold-\d+\.attempt-\d+\.[a-z0-9_-]+\.[0-9a-f]{64}\.partial$/ };
const STATES: Layout = { files: /^[0-9a-f]{64}\.state$/ };

const STAGING: Layout = {
  files: NONE,
  folders: [
    [/^(models|checkpoints)$/, PARTS],
    [/^(model|fold-\d+\.attempt-\d+\.[0-9a-f]{64}(\.making)?)$/, MODEL],
  ],
};

const FOLD: Layout = { files: NONE, folders: [[/^model$/, MODEL]] };

/** The results with what was to become them; the log of events; the record, what was to become it. */
const FILES = [
  /^(report\.html|(report|incomplete|folds)\.json|cv_results\.csv)(\.\d+)?$/,
  /^events\.ndjson(\.new)?$/,
  /^record\.db(\.new-[0-9a-f-]{36})?(-journal)?$/,
];

/** The folder of a run. */
export const RUN: Layout = {
  files: new RegExp(FILES.map(({ source }) => `(${source})`).join('|')),
  folders: [
    [/^folds$/, { files: NONE, folders: [[/^\d+$/, FOLD]] }],
    [/^model$/, MODEL],
    [/^checkpoints$/, { files: NONE, folders: [[/^fold-\d+$/, STATES]] }],
    [/^\.staging$/, STAGING],
    [/^logs$/, { files: /^(worker-\d+|nats-server)\.log$/ }],
  ],
};

/** The record goes last: while it is there, the folder is a run's. */
export const turnOf = (name: string): number =>
  name.startsWith(RECORD_FILE) ? 2 : Number(name.startsWith(EVENTS_FILE));
