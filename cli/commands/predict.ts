import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';
import type { PredictFlags } from '../predict.ts';

const HELP = `
Pictures are JPEG, PNG, WebP, GIF or TIFF; a folder stands for the pictures in it, in the order of
their names. They are made as small and grey as the model's own: "fit" (the default) and "paper"
expect a garment on a light background, "none" an image of the model's size as it is.

Example:
  foldwise predict --model runs/first shirt.jpg photos/

docs/predict.md tells more.`;

/** `foldwise predict`: classes of pictures, by a saved model. */
export function registerPredictCommand(program: Command, context: Context): void {
  program
    .command('predict')
    .summary('tell the classes of pictures by a saved model')
    .description('Tells the class of each picture, and how probable the model takes it to be.')
    .argument('<image...>', 'files, and folders of files')
    .requiredOption('--model <dir>', 'folder of a model or of a finished run')
    .addOption(
      new Option('--preprocess <way>', 'how pictures become images for the model')
        .choices(['paper', 'fit', 'none'])
        .default('fit'),
    )
    .addOption(
      new Option('--top <n>', 'show the n most probable classes (default: 1)').argParser(readTop),
    )
    .option('--json', 'print a line of JSON for each picture, nothing else')
    .addHelpText('after', HELP)
    .action(async (images: string[], flags: PredictFlags) => {
      const { predict } = await import('../predict.ts');
      await predict(images, flags, context);
    });
}

function readTop(text: string): number {
  const top = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (top < 1) throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return top;
}
