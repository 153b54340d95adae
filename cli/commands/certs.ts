import { type Command, Option } from 'commander';
import type { CertsFlags } from '../certs/init.ts';
import type { Context } from '../context.ts';

const INIT_HELP = `
The folder is new, and only its owner can read the keys in it; nothing is overwritten. The
coordinator's certificate is good for this machine, "localhost" and "foldwise-coordinator"
too; docs/security.md tells more.`;

/** `foldwise certs init` and `foldwise certs token`. */
export function registerCertsCommand(program: Command, context: Context): void {
  const certs = program
    .command('certs')
    .description('make what coordinator and workers know each other by');
  certs
    .command('init')
    .summary('make certificates for mutual TLS')
    .description('Makes an authority, and certificates for a coordinator and its workers.')
    .option('--dir <dir>', 'where to; must be new or empty (default: certs)')
    .addOption(
      new Option(
        '--host <name...>',
        'names and addresses by which workers reach the coordinator; may be repeated',
      ),
    )
    .option('--workers <n>', 'certificates for workers; several can share one (default: 1)')
    .option('--days <n>', 'how long all of them are valid (default: 365)')
    .addHelpText('after', INIT_HELP)
    .action(async (flags: CertsFlags) => {
      const { initCerts } = await import('../certs/init.ts');
      await initCerts(flags, context);
    });
  certs
    .command('token')
    .summary('make a secret to share')
    .description('Writes a random token into a new file that only its owner can read.')
    .argument('<file>', 'where to')
    .action(async (file: string) => {
      const { writeToken } = await import('../certs/token.ts');
      await writeToken(file, context);
    });
}
