import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addSettings, settingsOf } from '../options.ts';
import { addResume, resumeOf } from '../resume-option.ts';
import { COMMAND_SETTINGS } from '../settings.ts';

/** `foldwise coordinator`: one run, trained by workers that are started elsewhere. */
export function registerCoordinatorCommand(program: Command, context: Context): void {
  const command = program
    .command('coordinator')
    .summary('lead a run whose workers are started separately')
    .description('Leads one run: waits for workers, leases them folds, writes the report, ends.');
  addSettings(command, COMMAND_SETTINGS.coordinator);
  addResume(command).action(async () => {
    const settings = await settingsOf(command, COMMAND_SETTINGS.coordinator);
    const { coordinate } = await import('../coordinate.ts');
    await coordinate(settings, resumeOf(command), context);
  });
}
