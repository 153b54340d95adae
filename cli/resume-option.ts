import { type Command, InvalidArgumentError, Option } from 'commander';

/** What `--resume` says: a folder, only that, or nothing. */
export type Resume = string | boolean;

/** Gives a command `--resume`, which is no setting: a configuration file says what a run is. */
export function addResume(command: Command): Command {
  const option = new Option('--resume [dir]', 'go on with the run in dir, else in that of --out');
  return command.addOption(option.argParser(refuseEmpty).helpGroup('Run:'));
}

export function resumeOf(command: Command): Resume {
  const { resume = false } = command.opts<{ resume?: Resume }>();
  return resume;
}

function refuseEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('It is empty.');
  return value;
}
