import { median } from '../median.ts';
import { productGigaflops, trainingGigaflops } from '../network-work.ts';
import { type Session, secondsOf } from '../session.ts';
import type { Side } from '../side.ts';
import { type Contestant, contestant, takeTurn, warmUp } from './contestants.ts';
import { openFit, openFoldwise, openTorch } from './open-sides.ts';

/** Of these the best stands for the machine's peak. */
const PRODUCT_SIZES = [2048, 3072, 4096];
const BOTH = ['train', 'predict'] as const;

/**
 * The rows per step: training and prediction, ours and theirs in turn, repeat after repeat, and in
 * every repeat the processor's peak.
 */
export async function measureSteps(session: Session): Promise<void> {
  const sides: Side[] = [];
  const open = async (opening: Promise<Side>): Promise<Side> => {
    const side = await opening;
    sides.push(side);
    return side;
  };
  try {
    const foldwise = await open(openFoldwise(session, session.cores.length));
    const entrants = [ourEntrant(session.step, foldwise)];
    if (session.step !== 'eager') {
      const eager = await open(openFoldwise(session, session.cores.length));
      entrants.push(ourEntrant('eager', eager));
    }
    entrants.push(contestant(FIT, await open(openFit(session)), 'fit', ['train']));
    if (session.python !== undefined) {
      entrants.push(...torchEntrants(await open(openTorch(session, session.python))));
    }
    const contestants = await admit(session, entrants);
    const peaks = await takeTurns(session, contestants, foldwise);
    record(session, contestants, peaks);
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

const FIT = 'tfjs model.fit';
const OURS = (step: string): string => `Foldwise, ${step} step`;
/** The best of these counts. */
const TORCH_MODES = { eager: 'eager', channels_last: 'channels last', compile: 'torch.compile' };
/** Told besides. */
const TORCH_EXTRA = { channels_last_compile: 'torch.compile, channels last' };

const ourEntrant = (step: string, side: Side): Contestant =>
  contestant(OURS(step), side, step, BOTH);

const torchEntrants = (side: Side): Contestant[] =>
  Object.entries({ ...TORCH_MODES, ...TORCH_EXTRA }).map(([mode, name]) =>
    contestant(`PyTorch, ${name}`, side, mode, BOTH),
  );

async function admit(session: Session, entrants: readonly Contestant[]): Promise<Contestant[]> {
  const admitted: Contestant[] = [];
  for (const entrant of entrants) {
    if (await warmUp(session, entrant)) admitted.push(entrant);
  }
  return admitted;
}

type Peaks = ReadonlyMap<number, number[]>;

async function takeTurns(
  session: Session,
  contestants: readonly Contestant[],
  foldwise: Side,
): Promise<Peaks> {
  const peaks: Peaks = new Map(PRODUCT_SIZES.map((size) => [size, []]));
  for (const size of PRODUCT_SIZES) await secondsOf(foldwise, { do: 'product', size });
  for (let repeat = 1; repeat <= session.repeats; repeat += 1) {
    session.say(`repeat ${repeat} of ${session.repeats}`);
    for (const one of contestants) await takeTurn(session, one);
    for (const [size, speeds] of peaks) {
      speeds.push(productGigaflops(size, await secondsOf(foldwise, { do: 'product', size })));
    }
  }
  return peaks;
}

function record(session: Session, contestants: readonly Contestant[], peaks: Peaks): void {
  const { measured, extras, step } = session;
  const ours = contestants.find(({ name }) => name === OURS(step));
  const fit = contestants.find(({ name }) => name === FIT);
  if (ours && fit) {
    measured.trainingAgainstFit = { ours: ours.rates.train, other: fit.rates.train };
  }
  const counting = contestants.filter(
    ({ name, mode }) => name.startsWith('PyTorch') && mode in TORCH_MODES,
  );
  if (ours && counting.length > 0) {
    const best = (task: (typeof BOTH)[number]) => ({
      ours: ours.rates[task],
      other: bestOf(counting.map(({ rates }) => rates[task])),
    });
    measured.trainingAgainstTorch = best('train');
    measured.predictionAgainstTorch = best('predict');
  }
  if (ours) {
    const reached = ours.rates.train.map(trainingGigaflops);
    measured.shareOfPeak = { ours: reached, other: bestOf([...peaks.values()]) };
  }
  for (const { name, rates, tasks } of contestants) {
    for (const task of tasks) {
      const what = `${task === 'train' ? 'training' : 'prediction'}: ${name}`;
      extras.push({ what, value: median(rates[task]), unit: 'images/s' });
    }
  }
}

/** The repeats with the greatest median. */
export function bestOf(candidates: readonly (readonly number[])[]): readonly number[] {
  return candidates.reduce((best, samples) => (median(samples) > median(best) ? samples : best));
}
