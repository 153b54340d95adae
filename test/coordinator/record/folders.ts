import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRecord, openRecord } from '../../../coordinator/record/open.ts';
import { factsFrom, header } from './facts.ts';

/** Gives a new folder, and removes it afterwards. */
export async function withFolder<Result>(
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-record-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const recordFile = (folder: string): string => path.join(folder, 'record.db');

/** A record of so many facts, half of them delivered, that nobody has open. */
export async function writeRecord(folder: string, facts: number): Promise<void> {
  const record = await createRecord(folder, header);
  await record.append(factsFrom(1, facts));
  await record.markDelivered(Math.floor(facts / 2));
  await record.close();
}

/** The message of the refusal to open a record. */
export async function refusalOf(folder: string): Promise<Error> {
  try {
    const record = await openRecord(folder, { patienceMs: 0 });
    await record.close();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('the record was opened');
}
