/** What a program needs that keeps the record of a run. */
export { createRecord } from './create-record.ts';
export { openRecord, recordExists } from './open-record.ts';
