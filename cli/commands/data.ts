import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { FetchFlags } from '../data/fetch.ts';
import type { InfoFlags } from '../data/info.ts';
import { registerDataSynthCommand } from './data-synth.ts';

const FETCH_HELP = `
The files go into the folder for caches (FOLDWISE_CACHE, by default ~/.cache/foldwise), where
"--data fashion-mnist" finds them, or into DIR. Their published checksums are checked. A download
that was interrupted goes on where it was. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured.`;

/** `foldwise data fetch`, `foldwise data info` and `foldwise data synth`. */
export function registerDataCommand(program: Command, context: Context): void {
  const data = program.command('data').description('fetch data, look at them, or write some');
  data
    .command('fetch')
    .summary('download a dataset')
    .description('Downloads a dataset from where it is published: fashion-mnist (31 MB).')
    .argument('<name>', 'fashion-mnist')
    .option('--dir <dir>', 'where to, in place of the folder for caches')
    .addHelpText('after', FETCH_HELP)
    .action(async (name: string, flags: FetchFlags) => {
      const { fetchHere } = await import('../data/fetch.ts');
      await fetchHere(name, flags, context);
    });
  data
    .command('info')
    .summary('tell what a folder of data holds')
    .description('Reads data from the first byte to the last, and tells what is there.')
    .argument('<dir|name>', 'what --data would name')
    .option('--image-size <n>', 'make the pictures of a folder of images n×n pixels (default: 28)')
    .option('--label-map <file>', "CSV table from article types to classes (default: the paper's)")
    .option('--json', 'print what is there as JSON, nothing else')
    .action(async (name: string, flags: InfoFlags) => {
      const { tellData } = await import('../data/info.ts');
      await tellData(name, flags, context);
    });
  registerDataSynthCommand(data, context);
}
