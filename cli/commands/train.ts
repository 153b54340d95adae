import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addSettings, settingsOf } from '../options.ts';
import { addResume, resumeOf } from '../resume-option.ts';
import { COMMAND_SETTINGS } from '../settings.ts';

/** `foldwise train`: one coordinator and its workers, all on this machine. */
export function registerTrainCommand(program: Command, context: Context): void {
  const command = program
    .command('train')
    .summary('train all folds on this machine')
    .description('Trains all folds on this machine: a coordinator and workers, started and ended.');
  addSettings(command, COMMAND_SETTINGS.train);
  addResume(command).action(async () => {
    const settings = await settingsOf(command, COMMAND_SETTINGS.train);
    const { train } = await import('../train.ts');
    await train(settings, resumeOf(command), context);
  });
}
