import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addSettings, settingsOf } from '../options.ts';
import { COMMAND_SETTINGS } from '../settings.ts';

/** `foldwise worker`: trains for a coordinator until the run is done. */
export function registerWorkerCommand(program: Command, context: Context): void {
  const command = program
    .command('worker')
    .summary('train folds for a coordinator')
    .description('Waits for a coordinator, trains the folds it leases, ends when the run is done.');
  const help = {
    data: 'folder with the data, where there is one here; otherwise they are fetched',
    quiet: 'print only errors',
  };
  addSettings(command, COMMAND_SETTINGS.worker, help).action(async () => {
    const settings = await settingsOf(command, COMMAND_SETTINGS.worker);
    const { work } = await import('../work.ts');
    await work(settings, context);
  });
}
