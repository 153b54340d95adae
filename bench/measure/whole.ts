import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Program, type Session, timeProgram } from '../session.ts';
import { nodeArguments, pythonEnvironment, skorchProgram } from './open-sides.ts';
import { threadEnvironment } from '../../worker/engine/environment.ts';
import { trainProgram } from './train-program.ts';
import type { Samples } from '../rows.ts';

/** Whole runs take minutes each. */
const MOST_REPEATS = 3;
const FOLDS = 3;

/** Whole runs from start to end of their programs, all that they load and write included. */
export async function measureWhole(session: Session): Promise<void> {
  session.measured.wholeAgainstBare = await againstBare(session);
  if (session.python === undefined) {
    session.notes.push('skorch was not measured: that needs --peers');
    return;
  }
  session.measured.wholeAgainstSkorch = await againstSkorch(session, session.python);
}

async function againstBare(session: Session): Promise<Samples> {
  const epochs = 5;
  const threads = session.cores.length;
  const { data, step } = session;
  const args = [data.folder, String(FOLDS), String(epochs), String(threads), step];
  return alternate(session, {
    ours: { folds: FOLDS, epochs },
    other: {
      file: process.execPath,
      args: nodeArguments('bare.ts', args),
      environment: { ...threadEnvironment(threads), TMPDIR: session.temporary },
    },
    named: 'the same folds bare',
  });
}

async function againstSkorch(session: Session, python: string): Promise<Samples> {
  const limit = Math.min(30_000, session.data.images);
  const epochs = 3;
  const { data, device } = session;
  const jobs = device === 'cuda' ? 1 : 2;
  const args = [data.bytes, String(limit), String(FOLDS), String(epochs), String(jobs), device];
  return alternate(session, {
    ours: { folds: FOLDS, epochs, limit },
    other: {
      file: python,
      args: [skorchProgram, ...args],
      environment: pythonEnvironment(1, session.temporary),
    },
    named: 'skorch + joblib',
  });
}

interface Match {
  /** Settings of `foldwise train`. */
  readonly ours: Readonly<Record<string, number>>;
  readonly other: Program;
  readonly named: string;
}

/** Wall times in seconds, both sides in turn. */
async function alternate(session: Session, match: Match): Promise<Samples> {
  const ours: number[] = [];
  const other: number[] = [];
  for (let repeat = 1; repeat <= Math.min(MOST_REPEATS, session.repeats); repeat += 1) {
    ours.push(await timeProgram(session, trainProgram(session, 'whole', match.ours)));
    await rm(path.join(session.temporary, 'whole'), { recursive: true });
    session.say(`  whole foldwise train: ${ours.at(-1)?.toFixed(1)} s`);
    other.push(await timeProgram(session, match.other));
    session.say(`  ${match.named}: ${other.at(-1)?.toFixed(1)} s`);
  }
  return { ours, other };
}
