import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { DoctorFlags } from '../examine.ts';

/** `foldwise doctor`: looks at this machine, changes nothing. */
export function registerDoctorCommand(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('check this machine: Node, TensorFlow, devices, data, and what to do')
    .option('--data <name|dir>', 'also read this data')
    .option('--json', 'print the checks as JSON')
    .action(async (flags: DoctorFlags) => {
      const { examine } = await import('../examine.ts');
      await examine(flags, context);
    });
}
