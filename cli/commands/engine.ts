import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import type { InstallFlags } from '../engine.ts';

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
    .action(async (flags: InstallFlags) => {
      const { installHere } = await import('../engine.ts');
      await installHere(flags, context);
    });
  engine
    .command('status')
    .description('tell which engine is in use')
    .action(async () => {
      const { tellEngine } = await import('../engine.ts');
      tellEngine(context);
    });
}
