import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addSettings, settingsOf } from '../options.ts';
import { COMMAND_SETTINGS } from '../settings.ts';

/** `foldwise watch`: a run as it goes on elsewhere, over NATS. */
export function registerWatchCommand(program: Command, context: Context): void {
  const command = program
    .command('watch')
    .summary('watch a run that goes on elsewhere')
    .description(
      'Watches a run over NATS, from its beginning where the server keeps it, to its end.',
    );
  const help = {
    nats: {
      takes: 'url',
      text: 'the server, as the run names it (default: NATS_URL, else nats://127.0.0.1:4222)',
    },
    run: 'the run to watch (default: the one that started last, or else starts next)',
  };
  addSettings(command, COMMAND_SETTINGS.watch, help).action(async () => {
    const settings = await settingsOf(command, COMMAND_SETTINGS.watch);
    const { watch } = await import('../watch.ts');
    await watch(settings, context);
  });
}
