import type { Choice } from '../choice.ts';
import { ellipse } from '../geometry.ts';
import { CLOTHES, dyed, mixed, PALETTE } from './colours.ts';
import type { ColourName } from './colours.ts';
import { NECK, SHOULDER } from './figure.ts';
import { both, corners, lit, paint, plate, recoloured, stroke } from './scene.ts';
import type { Layer } from './scene.ts';
import type { DressedTop } from './tops.ts';

/** Buttons, zips, or what an open front shows. */
export function drawFront(choice: Choice, { cloth, cut }: DressedTop): Layer[] {
  const from = NECK + 4;
  const contrast = recoloured(cloth, mixed(cloth.base, cloth.accent, choice.between(0.3, 1)));
  switch (cut.front) {
    case 'whole':
      return [];
    case 'slit':
      return [stroke([0, from], [0, from + choice.between(7, 14)], 1.6, contrast)];
    case 'zip':
      return [
        stroke([0, from], [0, cut.end], 1.5, contrast),
        stroke([0.9, from], [0.9, cut.end], 0.5, lit(cloth, 0.6)),
      ];
    case 'buttons': {
      const placket = stroke([0.3, from], [0.3, cut.end], 2.8, lit(cloth, 1.07));
      const seam = stroke([1.7, from], [1.7, cut.end], 0.5, lit(cloth, 0.72));
      const dots = Array.from({ length: 6 }, (_, index) =>
        paint(ellipse([0.3, from + 3 + index * 5.6], 0.6, 0.6), contrast),
      );
      return [placket, seam, ...dots.filter((_, index) => from + 3 + index * 5.6 < cut.end)];
    }
    case 'open':
      return drawOpenFront(choice, { cloth, cut });
  }
}

/** Another shirt shows between the two halves. */
function drawOpenFront(choice: Choice, { cloth, cut }: Pick<DressedTop, 'cloth' | 'cut'>): Layer[] {
  const under = recoloured(cloth, dyed(choice, choice.pick<ColourName>(CLOTHES)));
  const gap = choice.between(2, 4.5);
  const edge = lit(cloth, 0.75);
  return [
    paint(corners([-3.4, NECK], [3.4, NECK], [gap, cut.end + 1], [-gap, cut.end + 1]), under),
    stroke([3.4, NECK], [gap, cut.end + 1], 0.9, edge),
    stroke([-3.4, NECK], [-gap, cut.end + 1], 0.9, edge),
    ...both(
      corners([3.2, NECK - 1.5], [6.4, NECK + 2], [7.4, SHOULDER + 9], [gap * 0.9, SHOULDER + 16]),
      lit(cloth, 1.1),
    ),
  ];
}

export function drawPockets({ cloth, cut }: DressedTop): Layer[] {
  const seam = lit(cloth, 0.68);
  switch (cut.pockets) {
    case 'none':
      return [];
    case 'chest':
      return [
        paint(plate([6, SHOULDER + 11], 2.6, 3), lit(cloth, 0.93)),
        stroke([3.4, SHOULDER + 8], [8.6, SHOULDER + 8], 0.7, seam),
      ];
    case 'sides':
      return [
        stroke([cut.hem - 6, cut.end - 13], [cut.hem - 3, cut.end - 5], 0.9, seam),
        stroke([6 - cut.hem, cut.end - 13], [3 - cut.hem, cut.end - 5], 0.9, seam),
      ];
    case 'pouch':
      return [
        stroke([-5, cut.end - 14], [5, cut.end - 14], 0.7, seam),
        stroke([-5, cut.end - 14], [-8, cut.end - 5], 0.7, seam),
        stroke([5, cut.end - 14], [8, cut.end - 5], 0.7, seam),
      ];
  }
}

/** What is printed on the chest. */
export function drawEmblem(choice: Choice, { cloth, cut }: DressedTop): Layer[] {
  const ink = recoloured(cloth, cloth.accent);
  const other = recoloured(cloth, mixed(cloth.accent, PALETTE.Red, choice.between(0, 0.9)));
  const y = SHOULDER + choice.between(10, 16);
  switch (cut.emblem) {
    case 'none':
      return [];
    case 'small':
      return [paint(ellipse([5, SHOULDER + 8], 1.3, 1.1), ink)];
    case 'letters':
      return [-5.4, -2.7, 0, 2.7, 5.4].flatMap((x) => {
        const height = choice.between(1.6, 2.6);
        return [
          paint(plate([x, y], 1.05, height), ink),
          paint(plate([x, y + choice.between(-1, 1)], 0.4, 0.7), cloth),
        ];
      });
    case 'large': {
      const blot = (): Layer =>
        paint(
          ellipse(
            [choice.between(-4, 4), y + choice.between(-3, 8)],
            choice.between(1.2, 3.8),
            choice.between(1.2, 4.2),
          ),
          choice.chance(0.6) ? ink : other,
        );
      return Array.from({ length: 6 }, blot);
    }
  }
}
