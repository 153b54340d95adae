import { randomInt } from 'node:crypto';
import { asRunId, type RunId } from '../shared/domain.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A new name for a run, such as "20260304-123305-k3x9": sorts by time, four letters tell apart. */
export function createRunId(now: Date): RunId {
  const digits = now.toISOString().replaceAll(/\D/g, '');
  const letters = Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return asRunId(`${digits.slice(0, 8)}-${digits.slice(8, 14)}-${letters}`);
}
