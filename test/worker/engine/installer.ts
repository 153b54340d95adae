/** Child program of the installer's tests: installs, prints the progress, then the folder. */
import { asError } from '../../../shared/errors.ts';
import { ensureEngine } from '../../../worker/engine/ensure.ts';
import { installEngine } from '../../../worker/engine/install.ts';

const [mode] = process.argv.slice(2);
const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new Error('interrupted')));
const options = {
  signal: controller.signal,
  onProgress: (message: string) => process.stdout.write(`${message}\n`),
};

try {
  const engine =
    mode === 'ensure'
      ? await ensureEngine(options)
      : await installEngine({ variant: mode === 'gpu' ? 'gpu' : 'cpu' }, options);
  process.stdout.write(`done: ${engine.folder}\n`);
} catch (error) {
  process.stderr.write(`${asError(error).name}: ${asError(error).message}\n`);
  process.exitCode = 1;
}
