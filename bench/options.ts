import { Command, InvalidArgumentError, Option } from 'commander';
import type { StepKind } from '../shared/domain.ts';

/** What the command line asks for. */
export interface BenchOptions {
  readonly peers: boolean;
  readonly whole: boolean;
  readonly gpu: boolean;
  /** Measures a coordinator under load instead. */
  readonly scale: boolean;
  readonly folds: number;
  readonly workers: number;
  readonly data?: string;
  /** Processor numbers that all sides are pinned to. */
  readonly cores?: readonly number[];
  readonly repeats: number;
  /** Images of one repeat; the default depends on the device. */
  readonly images?: number;
  readonly step: StepKind;
  readonly python: string;
  readonly removePeers: boolean;
  readonly writeDocs: boolean;
}

interface Output {
  readonly writeOut: (text: string) => void;
}

/** Two batches, as a warm-up takes. */
const FEWEST_IMAGES = 2000;

const DESCRIPTION =
  'Measures how fast Foldwise trains, as ratios: both sides on the same cores, in turn, medians of ' +
  'several repeats. Prints a table and writes bench/results/last.json.\n\nWith --scale it measures ' +
  'instead how a coordinator serves many workers, and writes bench/results/scale.json.';

/** What is off where nobody asks for it. */
const OFF = {
  ...{ peers: false, whole: false, gpu: false, scale: false },
  ...{ removePeers: false, writeDocs: false },
} as const;

/**
 * Reads the command line. Throws Commander's errors, also after help, which it has printed; never
 * ends the process.
 */
export function parseOptions(argv: readonly string[], { writeOut }: Output): BenchOptions {
  const program = new Command('npm run bench --')
    .description(DESCRIPTION)
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({ writeOut, writeErr: () => undefined })
    .option('--peers', 'compare with PyTorch, in a Python environment made for it')
    .option('--whole', 'add whole runs; with --peers also those of skorch')
    .option('--gpu', 'everything on one GPU, PyTorch too')
    .option('--scale', 'one coordinator under load, and nothing else')
    .addOption(count('--folds <n>', 'with --scale: folds of the plan', 2).default(10_000))
    .addOption(count('--workers <n>', 'with --scale: simulated workers').default(500))
    .option('--data <dir>', "Fashion-MNIST's four files; default: the tests' data, or drawn ones")
    .addOption(list('--cores <list>', 'processors to use, such as 0,1; default: the first two'))
    .addOption(count('--repeats <n>', 'repeats of each measurement').default(5))
    .addOption(
      count('--images <n>', 'images of one repeat; default: 10000, on a GPU 60000', FEWEST_IMAGES),
    )
    .addOption(
      new Option('--step <kind>', 'how Foldwise executes its step')
        .choices(['compiled', 'eager'])
        .default('compiled'),
    )
    .option('--python <file>', 'makes the Python environment', 'python3')
    .option('--remove-peers', 'remove the Python environments, and end')
    .option('--write-docs', 'put the last results into docs/benchmarks.md, and end')
    .allowExcessArguments(false)
    .parse(argv);
  return { ...OFF, ...program.opts<BenchOptions>() };
}

const count = (flags: string, help: string, least = 1): Option =>
  new Option(flags, help).argParser((text) => atLeast(least, text));

const list = (flags: string, help: string): Option => new Option(flags, help).argParser(processors);

function atLeast(least: number, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError(`Expected an integer of at least ${least}.`);
}

function processors(text: string): number[] {
  const numbers = text.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  if (numbers.every(Number.isInteger) && new Set(numbers).size === numbers.length) return numbers;
  throw new InvalidArgumentError('Expected numbers of processors, such as 0,1.');
}
