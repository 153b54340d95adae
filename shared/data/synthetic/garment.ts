import type { Choice } from './choice.ts';
import { flipped } from './geometry.ts';
import type { Outline } from './geometry.ts';

/** A painted area; later layers cover earlier ones. */
export interface Layer {
  readonly outline: Outline;
  /** Relative to the garment's own lightness, which is 1; 0 is the black background. */
  readonly light: number;
}

/** A layer and its mirror image: sleeves, collar points, pockets. */
export const pairOf = (outline: Outline, light: number): Layer[] => [
  { outline, light },
  { outline: flipped(outline), light },
];

export type Pattern =
  'plain' | 'stripes' | 'pinstripes' | 'checks' | 'speckle' | 'print' | 'blocks';

/** How likely each pattern is. */
export type PatternWeights = Readonly<Record<Pattern, number>>;

/** A kind of garment: draws one of endlessly many examples as layers, the farthest first. */
export interface Garment {
  readonly draw: (choice: Choice) => Layer[];
  readonly patterns: PatternWeights;
}
