import { Command } from 'commander';
import { registerCertsCommand } from './commands/certs.ts';
import { registerCoordinatorCommand } from './commands/coordinator.ts';
import { registerDataCommand } from './commands/data.ts';
import { registerDoctorCommand } from './commands/doctor.ts';
import { registerEngineCommand } from './commands/engine.ts';
import { registerEvaluateCommand } from './commands/evaluate.ts';
import { registerPredictCommand } from './commands/predict.ts';
import { registerRunsCommand } from './commands/runs.ts';
import { registerTrainCommand } from './commands/train.ts';
import { registerWatchCommand } from './commands/watch.ts';
import { registerWorkerCommand } from './commands/worker.ts';
import { foldwiseVersion } from '../shared/version.ts';
import type { Context } from './context.ts';

const EXAMPLES = `
Examples:
  foldwise train                                 small built-in data, a few minutes
  foldwise train --data DIR --folds 5            your data, five folds
  foldwise coordinator --data DIR                workers are started elsewhere:
  foldwise worker --coordinator 127.0.0.1:50051  is one of them

Run "foldwise COMMAND --help" for the options of a command; docs/guide.md tells more.`;

/** The command line of Foldwise. Parsing throws; it never ends the process. */
export function createProgram(context: Context): Command {
  const program = new Command('foldwise')
    .description('Trains the k folds of a cross-validation in parallel, on this machine or many.')
    .version(foldwiseVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      // Errors are thrown, and told once, by main.
      outputError: () => undefined,
    })
    .addHelpText('after', EXAMPLES);
  registerTrainCommand(program, context);
  registerCoordinatorCommand(program, context);
  registerWorkerCommand(program, context);
  registerWatchCommand(program, context);
  registerPredictCommand(program, context);
  registerEvaluateCommand(program, context);
  registerRunsCommand(program, context);
  registerDataCommand(program, context);
  registerEngineCommand(program, context);
  registerCertsCommand(program, context);
  registerDoctorCommand(program, context);
  return program;
}
