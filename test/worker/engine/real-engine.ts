import { ensureEngine } from '../../../worker/engine/ensure.ts';
import type { Engine } from '../../../worker/engine/record.ts';

/** The engine of this machine's user, installed where it is missing. */
export function realEngine(): Promise<Engine> {
  return ensureEngine({ onProgress: (message) => process.stderr.write(`${message}\n`) });
}
