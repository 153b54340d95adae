import type { Choice } from '../choice.ts';
import { cutCloth } from './cloth.ts';
import type { WeaveWeights } from './cloth.ts';
import { BRIGHT, CHINO, CLOTHES, DENIM } from './colours.ts';
import type { ColourName, ColourWeights } from './colours.ts';
import { drawTop } from './draw-top.ts';
import { ANKLE, drawArms, drawFigure, drawHead, drawLegs } from './figure.ts';
import type { Figure } from './figure.ts';
import type { Layer, Scene, Studio } from './scene.ts';
import { basicCut } from './tops.ts';
import type { TopCut } from './tops.ts';
import { drawTrousers, plainTrousers } from './trousers.ts';
import type { TrouserCut } from './trousers.ts';

/** How a kind of top is cut and shown. */
export interface TopKind {
  readonly weaves: WeaveWeights;
  readonly cut: (choice: Choice, basic: TopCut, figure: Figure) => TopCut;
  /** How often it is worn by somebody rather than shown by itself. */
  readonly worn: number;
  /** How often that, or whoever it is made for, is a woman. */
  readonly women: number;
  /** What is seen below a worn one. */
  readonly below: 'trousers' | 'legs' | 'leggings';
}

/** Draws tops: a person from the head to the hips or knees, or the garment alone. */
export const topScene =
  ({ weaves, cut, worn, women, below }: TopKind) =>
  (studio: Studio): Scene => {
    const { choice } = studio;
    const figure = drawFigure(choice, {
      isWorn: choice.chance(worn),
      isWoman: choice.chance(women),
    });
    const cloth = cutCloth(studio, weaves);
    const dressed = { figure, cloth, cut: cut(choice, basicCut(choice, figure), figure) };
    const garment = drawTop(choice, dressed);
    const { end } = dressed.cut;
    if (!figure.isWorn) return { layers: garment, ...frameAlone(choice, end) };
    const layers = [
      ...drawBelow(studio, figure, below),
      ...drawHead(choice, figure),
      ...drawArms(figure),
      ...garment,
    ];
    // Now and then the upper edge of the picture cuts the head.
    const top = choice.chance(0.15) ? choice.between(6, 14) : choice.between(-4, -1);
    return { layers, top, bottom: frameBottom(choice, end, below) };
  };

function frameAlone(choice: Choice, end: number): Pick<Scene, 'top' | 'bottom'> {
  const margin = choice.between(3, 14);
  const height = Math.max(end - 17, 44) + 2 * margin;
  const middle = (17 + end) / 2;
  return { top: middle - height / 2, bottom: middle + height / 2 };
}

function frameBottom(choice: Choice, end: number, below: TopKind['below']): number {
  if (below === 'trousers') return Math.max(choice.between(70, 84), end + 5);
  return choice.chance(0.6) ? ANKLE + 6 : Math.max(choice.between(78, 90), end + 4);
}

function drawBelow(studio: Studio, figure: Figure, below: TopKind['below']): Layer[] {
  const { choice } = studio;
  const legs = drawLegs(choice, figure);
  if (below === 'legs') return legs;
  const colours: ColourWeights = choice.chance(0.6) ? DENIM : CHINO;
  const cloth = cutCloth(
    { ...studio, colour: choice.pick<ColourName>(colours) },
    { plain: 3, denim: 2 },
  );
  const slim = below === 'leggings' ? { knee: 3.4, hem: 2.6 } : {};
  return [...legs, ...drawTrousers(choice, { figure, cloth, cut: { ...plainTrousers, ...slim } })];
}

export interface TrouserKind {
  readonly weaves: WeaveWeights;
  readonly cut: (choice: Choice) => TrouserCut;
  readonly worn: number;
  readonly women: number;
}

/** Draws trousers: a person from the waist to the feet, or the trousers alone. */
export const trouserScene =
  ({ weaves, cut, worn, women }: TrouserKind) =>
  (studio: Studio): Scene => {
    const { choice } = studio;
    const figure = drawFigure(choice, {
      isWorn: choice.chance(worn),
      isWoman: choice.chance(women),
    });
    const shape = cut(choice);
    const garment = drawTrousers(choice, { figure, cloth: cutCloth(studio, weaves), cut: shape });
    const top = choice.between(24, 36);
    if (figure.isWorn) {
      const layers = [
        ...drawLegs(choice, figure),
        ...drawArms(figure),
        ...garment,
        ...drawAbove(studio, figure),
      ];
      return { layers, top, bottom: ANKLE + choice.between(5, 8) };
    }
    const height = Math.max(shape.end - 40, 44) + choice.between(6, 26);
    const middle = (44 + shape.end) / 2;
    return { layers: garment, top: middle - height / 2, bottom: middle + height / 2 };
  };

/** Whoever shows trousers wears something above. */
function drawAbove(studio: Studio, figure: Figure): Layer[] {
  const { choice } = studio;
  const colour = choice.pick<ColourName>(figure.isWoman ? BRIGHT : CLOTHES);
  const cloth = cutCloth({ ...studio, colour }, { plain: 3, stripes: 1, plaid: 1 });
  const cut = { ...basicCut(choice, figure), end: choice.between(44, 52) };
  return drawTop(choice, { figure, cloth, cut });
}
