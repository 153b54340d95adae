import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { RunsFlags } from '../runs/flags.ts';

const DIR = ['--dir <dir>', 'folder of runs (default: runs)'] as const;

const SHOW_HELP = `
A run is named by its folder, or by its id where it lies in the folder of runs.`;

/** `foldwise runs list`, `foldwise runs show` and `foldwise runs rm`. */
export function registerRunsCommand(program: Command, context: Context): void {
  const runs = program.command('runs').description('list runs, look at one, or remove it');
  runs
    .command('list')
    .summary('list runs and how they stand')
    .description('Lists the runs of a folder, the newest last: how they stand and what came out.')
    .option(...DIR)
    .option('--json', 'print the list as JSON, nothing else')
    .action(async (flags: RunsFlags) => {
      const { listRuns } = await import('../runs/list.ts');
      await listRuns(flags, context);
    });
  runs
    .command('show')
    .summary('tell all about a run')
    .description('Tells what a run is, how its folds stand, and how to go on with it.')
    .argument('<dir|id>', 'the run')
    .option(...DIR)
    .option('--json', 'print it as JSON, nothing else')
    .addHelpText('after', SHOW_HELP)
    .action(async (name: string, flags: RunsFlags) => {
      const { showRun } = await import('../runs/show.ts');
      await showRun(name, flags, context);
    });
  runs
    .command('rm')
    .summary('remove a run and its results')
    .description('Removes a run with its results, without asking; a running one is refused.')
    .argument('<dir|id>', 'the run')
    .option(...DIR)
    .option('--json', 'print what was removed as JSON, nothing else')
    .addHelpText('after', SHOW_HELP)
    .action(async (name: string, flags: RunsFlags) => {
      const { removeRun } = await import('../runs/remove.ts');
      await removeRun(name, flags, context);
    });
}
