import { band, curve, ellipse } from '../geometry.ts';
import { cutCloth } from './cloth.ts';
import { mixed, PALETTE } from './colours.ts';
import { onTable } from './on-table.ts';
import { corners, flat, lit, paint, recoloured, stroke } from './scene.ts';
import type { Layer, Scene, Studio } from './scene.ts';
import { BACK, drawLaces, drawMouth, drawSole, drawUpper } from './shoe-cut.ts';

export function sportsShoes(studio: Studio): Scene {
  const { choice } = studio;
  const material = cutCloth(studio, { plain: 6, melange: 2 });
  const cut = {
    sole: choice.between(3, 5),
    heel: choice.between(4.5, 7),
    ankle: choice.between(16, 20),
    toe: choice.between(9, 11),
    tip: 23,
    isPointed: false,
  };
  const accent = recoloured(material, material.accent);
  const flash = (x: number): Layer =>
    stroke([x, cut.sole + 1], [x - 4, cut.ankle - 4], choice.between(1.2, 2.4), accent);
  const tread = flat(mixed(PALETTE.White, material.accent, choice.between(0, 0.5)));
  return onTable(choice, [
    drawUpper(cut, material),
    paint(ellipse([15, cut.toe - 1], 6, 3.4), lit(material, choice.between(0.75, 1.2))),
    drawMouth(cut, material),
    ...[-7, -3, 1].slice(0, choice.chance(0.6) ? 3 : 1).map(flash),
    paint(
      corners(
        [BACK, cut.heel],
        [BACK + 5, cut.heel],
        [BACK + 4, cut.ankle - 2],
        [BACK + 0.6, cut.ankle - 1],
      ),
      accent,
    ),
    drawSole(cut, tread),
    stroke([BACK + 1, 0.8], [20, 0.8], 1.4, flat(mixed(PALETTE.Grey, material.accent, 0.4))),
    ...drawLaces(cut, material),
  ]);
}

export function casualShoes(studio: Studio): Scene {
  const { choice } = studio;
  const material = cutCloth(studio, { plain: 8, plaid: 2, denim: 1, dots: 0.4 });
  const isHigh = choice.chance(0.2);
  const cut = {
    sole: choice.between(2.4, 3.6),
    heel: choice.between(2.8, 4),
    ankle: isHigh ? choice.between(21, 25) : choice.between(12.5, 16),
    toe: choice.between(7.5, 9.5),
    tip: 23,
    isPointed: false,
  };
  const rubber = flat(choice.chance(0.65) ? PALETTE.White : mixed(material.base, PALETTE.Tan, 0.6));
  const cap = paint(
    corners(...curve([13, cut.toe + 1], [22, cut.toe], [23, cut.sole]), [14, cut.sole]),
    rubber,
  );
  return onTable(choice, [
    drawUpper(cut, material),
    drawMouth(cut, material),
    ...(choice.chance(0.35) ? [cap] : []),
    drawSole(cut, rubber),
    ...(choice.chance(0.7)
      ? drawLaces(cut, material)
      : [stroke([-5, cut.ankle], [1, cut.sole + 4], 2, lit(material, 0.7))]),
  ]);
}

export function formalShoes(studio: Studio): Scene {
  const { choice } = studio;
  const material = cutCloth(studio, { plain: 1 });
  const cut = {
    sole: 1.4,
    heel: choice.between(3, 4.5),
    ankle: choice.between(12, 16),
    toe: choice.between(5.8, 7.4),
    tip: 25,
    isPointed: true,
  };
  const dark = recoloured(material, mixed(material.base, PALETTE.Black, 0.6));
  const shine = paint(
    ellipse([16, cut.toe - 0.8], 3.6, 0.9),
    flat(PALETTE.White),
    choice.between(0.2, 0.55),
  );
  const block = corners([BACK + 0.6, cut.heel], [-12, cut.heel], [-12.5, 0], [BACK + 1, 0]);
  return onTable(choice, [
    drawUpper(cut, material),
    drawMouth(cut, material),
    paint(block, dark),
    paint(band([-12, 1.6], [25, 1], 1.5), dark),
    shine,
    stroke([9, cut.toe + 2], [12, cut.sole + 1], 0.7, dark),
    ...(choice.chance(0.6)
      ? drawLaces(cut, material, mixed(material.base, PALETTE.Black, 0.7))
      : [stroke([-4, cut.ankle - 1], [4, cut.toe], 1.6, dark)]),
  ]);
}
