import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EVALUATE_SETTINGS } from '../evaluate-settings.ts';
import { addSettings, settingsOf } from '../options.ts';

const HELP = `
At least one of --data and --transfer is needed. How the images of --data are limited and divided
follows from the model, where they are those it was trained on.

Example:
  foldwise evaluate --model runs/first --data path/to/fashion-mnist

docs/predict.md tells more.`;

/** `foldwise evaluate`: scores of a saved model. */
export function registerEvaluateCommand(program: Command, context: Context): void {
  const command = program
    .command('evaluate')
    .summary('score a saved model')
    .description('Scores a saved model on the test part of data, or on photographs, as a run does.')
    .requiredOption('--model <dir>', 'folder of a model or of a finished run')
    .addHelpText('after', HELP);
  const help = {
    data: 'score the test part of these data; a name or a folder',
    transfer: 'score the photographs of this folder, prepared both ways',
    limit: "score at most n images of --data, in the same mix of classes (default: as the model's)",
    'test-fraction': "share held out, where data have no test part (default: as the model's)",
    'image-size': "make the pictures of a folder of --data n×n pixels (default: the model's size)",
    seed: "decides which images are held out (default: as the model's)",
    threads: 'TensorFlow threads',
    json: 'print the scores as JSON, nothing else',
  };
  addSettings(command, EVALUATE_SETTINGS, help).action(async () => {
    const settings = await settingsOf(command, EVALUATE_SETTINGS);
    const { evaluate } = await import('../evaluate.ts');
    await evaluate(command.opts<{ readonly model: string }>().model, settings, context);
  });
}
