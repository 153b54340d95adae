import type { Choice } from '../choice.ts';
import type { Cloth } from './cloth.ts';
import type { Figure } from './figure.ts';

export type NeckShape = 'round' | 'vee' | 'scoop' | 'straps' | 'collar' | 'polo' | 'stand' | 'hood';
export type Front = 'whole' | 'buttons' | 'zip' | 'open' | 'slit';

/** A garment for the upper body; heights on the figure, other lengths as half widths. */
export interface TopCut {
  readonly chest: number;
  readonly waist: number;
  readonly hem: number;
  /** Height of the hem. */
  readonly end: number;
  /** 0 (none) to 1 (to the hand). */
  readonly sleeve: number;
  readonly sleeveWidth: number;
  readonly neck: NeckShape;
  readonly neckDepth: number;
  readonly front: Front;
  /** Knitted or sewn-on bands at hem and cuffs. */
  readonly hasBands: boolean;
  readonly pockets: 'none' | 'chest' | 'sides' | 'pouch';
  readonly emblem: 'none' | 'small' | 'large' | 'letters';
  readonly hasOtherSleeves: boolean;
}

export interface DressedTop {
  readonly figure: Figure;
  readonly cloth: Cloth;
  readonly cut: TopCut;
}

/** A cut that follows the figure loosely. */
export function basicCut(choice: Choice, { shoulder, waist, hip }: Figure): TopCut {
  const ease = choice.between(0.2, 2);
  return {
    chest: shoulder - 1.8 + ease * 0.5,
    waist: waist + ease,
    hem: hip + ease * 0.6,
    end: choice.between(55, 60),
    sleeve: choice.between(0.25, 0.42),
    sleeveWidth: choice.between(6.6, 8.4),
    neck: 'round',
    neckDepth: choice.between(3, 5),
    front: 'whole',
    hasBands: false,
    pockets: 'none',
    emblem: 'none',
    hasOtherSleeves: false,
  };
}
