/**
 * A real worker whose training process is played by trainer.ts:
 * node --import tsx worker.ts HOST:PORT CACHE.
 */
import path from 'node:path';
import { pino } from 'pino';
import { asError } from '../../../shared/errors.ts';
import { runWorker } from '../../../worker/run.ts';

const [coordinator = '', cacheDir = ''] = process.argv.slice(2);
process.env['FOLDWISE_CACHE'] = cacheDir;
const token = process.env['FOLDWISE_TOKEN'];
const controller = new AbortController();
try {
  await runWorker({
    coordinator,
    ...(token && { access: { token } }),
    signal: controller.signal,
    log: pino({ level: 'silent' }),
    onState: (line) => process.stdout.write(`${line}\n`),
    trainerProgram: path.join(import.meta.dirname, 'trainer.ts'),
    engine: 'a stand-in',
  });
  process.exit(0);
} catch (error) {
  process.stderr.write(`${asError(error).message}\n`);
  process.exit(1);
}
