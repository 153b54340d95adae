import { type Command, Option } from 'commander';
import { EngineError, UsageError } from '../../shared/errors.ts';
import { installEngine } from '../../worker/engine/install.ts';
import { describeAbsence } from '../../worker/engine/load.ts';
import type { EngineRequest } from '../../worker/engine/location.ts';
import type { Engine } from '../../worker/engine/record.ts';
import { findEngine } from '../../worker/engine/selection.ts';
import type { Context } from '../context.ts';
import { paintFor } from '../terminal.ts';

interface InstallFlags {
  readonly gpu?: boolean;
  readonly libtensorflow?: string;
}

const HELP = `
The engine is TensorFlow with its binding for Node. It lives in the folder for caches
(FOLDWISE_CACHE, by default ~/.cache/foldwise) and serves every copy of Foldwise.
"foldwise train" installs the CPU engine by itself when there is none.`;

/** `foldwise engine install` and `foldwise engine status`. */
export function registerEngineCommand(program: Command, context: Context): void {
  const engine = program
    .command('engine')
    .description('install TensorFlow, or see what is installed')
    .addHelpText('after', HELP);
  engine
    .command('install')
    .description('install an engine and put it into use')
    .addOption(
      new Option('--gpu', 'with CUDA, for NVIDIA GPUs (3.3 GB to download)').conflicts(
        'libtensorflow',
      ),
    )
    .addOption(new Option('--libtensorflow <dir>', 'with a TensorFlow C library of your own'))
    .action((flags: InstallFlags) => install(flags, context));
  engine
    .command('status')
    .description('tell which engine is in use')
    .action(() => {
      const state = findEngine();
      if (state.kind === 'ready') return report(state.engine, context);
      throw new EngineError(`${describeAbsence(state)}. Run "foldwise engine install".`);
    });
}

async function install(flags: InstallFlags, context: Context): Promise<void> {
  const engine = await installEngine(readRequest(flags), {
    signal: context.signal,
    onProgress: (message) => {
      context.stderr.write(`${paintFor(context.stderr)('dim', message)}\n`);
    },
  });
  report(engine, context);
}

function readRequest({ gpu, libtensorflow }: InstallFlags): EngineRequest {
  if (libtensorflow === undefined) return { variant: gpu ? 'gpu' : 'cpu' };
  if (libtensorflow === '') throw new UsageError('--libtensorflow: expected a folder, got ""');
  return { libtensorflow };
}

function report({ variant, tfjs, tensorflow, folder }: Engine, { stdout }: Context): void {
  const paint = paintFor(stdout);
  stdout.write(
    `${paint('bold', `TensorFlow ${tensorflow} (${variant})`)} for tfjs-node-gpu ${tfjs}, ` +
      `in ${folder}\n`,
  );
}
