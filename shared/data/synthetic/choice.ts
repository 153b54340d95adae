import type { Random } from '../../random.ts';

/** How a garment's parameters are drawn. Each call advances the stream. */
export interface Choice {
  /** A number in [low, high), all equally likely. */
  readonly between: (low: number, high: number) => number;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  /** One of the names, as likely as its weight. */
  readonly pick: <Name extends string>(weights: Readonly<Partial<Record<Name, number>>>) => Name;
}

export function createChoice(random: Random): Choice {
  return {
    between: (low, high) => low + (high - low) * random.nextFloat(),
    chance: (probability) => random.nextFloat() < probability,
    pick: (weights) => pickWeighted(weights, random.nextFloat()),
  };
}

function pickWeighted<Name extends string>(
  weights: Readonly<Partial<Record<Name, number>>>,
  drawn: number,
): Name {
  const entries = Object.entries<number | undefined>(weights) as [Name, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let left = drawn * total;
  for (const [name, weight] of entries) {
    if (left < weight) return name;
    left -= weight;
  }
  const last = entries.at(-1);
  if (last === undefined) throw new RangeError('nothing to pick from');
  return last[0];
}
