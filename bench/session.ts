import type { StepKind } from '../shared/domain.ts';
import { FoldwiseError } from '../shared/errors.ts';
import { lastLines, runTool } from '../worker/engine/tool.ts';
import type { BenchData } from './data.ts';
import { type Answer, type Command, openSide, pinned, type Side } from './side.ts';
import type { Measured } from './rows.ts';
import type { Results } from './results.ts';

/** What every measurement is given, and gives to. */
export interface Session {
  readonly data: BenchData;
  /** A folder for whatever has to be written; it is removed at the end. */
  readonly temporary: string;
  readonly cores: readonly number[];
  readonly device: 'cpu' | 'cuda';
  readonly step: StepKind;
  readonly repeats: number;
  readonly images: number;
  readonly batchSize: number;
  /** The Python to compare with, where that is asked for. */
  readonly python: string | undefined;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Filled by the measurements. */
  readonly measured: Measured;
  readonly extras: Results['extras'];
  readonly notes: string[];
  readonly versions: Record<string, string>;
  /** What the sides say they compute on. */
  readonly devices: Set<string>;
}

/**
 * Starts a side, pinned, and notes what it says of itself.
 *
 * @throws FoldwiseError for one that does not use the GPU although it should
 */
export async function startSide(
  session: Session,
  options: {
    readonly name: string;
    readonly file: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<Side> {
  const { cores, signal } = session;
  const side = await openSide({ ...options, cores, signal });
  const { versions, device } = side.ready;
  if (session.device === 'cuda' && device === 'cpu') {
    await side.close();
    throw new FoldwiseError(`${side.name} does not use the GPU: "npx foldwise doctor" says why.`);
  }
  Object.assign(session.versions, versions);
  session.devices.add(device);
  return side;
}

/** Images a second of one turn. @throws FoldwiseError where the side cannot do it */
export async function rateOf(side: Side, command: Work): Promise<number> {
  return command.images / (await secondsOf(side, command));
}

export type Work = Extract<Command, { images: number }>;

export async function secondsOf(side: Side, command: Command): Promise<number> {
  const answer: Answer = await side.ask(command);
  if ('error' in answer) throw new FoldwiseError(`${side.name}: ${answer.error}`);
  return answer.seconds;
}

/**
 * Runs a program from its start to its end, pinned.
 *
 * @returns wall time in seconds
 * @throws FoldwiseError where it fails
 */
export async function timeProgram(
  { cores, signal }: Pick<Session, 'cores' | 'signal'>,
  { file, args, environment }: Program,
): Promise<number> {
  const start = performance.now();
  const result = await runTool({ ...pinned(cores, file, args), environment, signal });
  const seconds = (performance.now() - start) / 1000;
  if (result.kind === 'missing') {
    throw new FoldwiseError(
      'taskset is missing: it pins all sides alike ("apt-get install util-linux")',
    );
  }
  if (result.exitCode === 0) return seconds;
  const how = result.killedBy ?? `exit code ${result.exitCode}`;
  throw new FoldwiseError(`${file} ${args.join(' ')} ended (${how}):\n${lastLines(result.stderr)}`);
}

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}
