import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { SynthFlags } from '../synth.ts';

const HELP = `
DIR gets the training and test images as IDX files, DIR/products coloured pictures
of products with styles.csv, DIR/csv the first as CSV files. Some products have no
picture, or a broken one, so that every path can be tried. The same numbers give
the same files; without any, DIR holds just the set that is built in.`;

/** `foldwise data synth DIR`: below the command `data`. */
export function registerDataSynthCommand(data: Command, context: Context): void {
  data
    .command('synth')
    .summary('write the synthetic set as files')
    .description('Writes the synthetic set, and its transfer variant, into a new folder.')
    .argument('<dir>', 'where to; must be new or empty')
    .option('--seed <n>', 'which set is drawn (default: 0)')
    .option('--train <n>', 'training images (default: 6000)')
    .option('--test <n>', 'test images (default: 1000)')
    .option('--transfer <n>', 'products with a good picture (default: 1000)')
    .option('--csv', 'also as CSV files, in DIR/csv')
    .addHelpText('after', HELP)
    .action(async (folder: string, flags: SynthFlags) => {
      const { synth } = await import('../synth.ts');
      await synth(folder, flags, context);
    });
}
