import type { Choice } from '../choice.ts';
import { curve, ellipse } from '../geometry.ts';
import type { Outline, Point } from '../geometry.ts';
import { cutCloth } from './cloth.ts';
import { mixed, PALETTE } from './colours.ts';
import { onTable } from './on-table.ts';
import { corners, line, lit, paint, recoloured } from './scene.ts';
import type { Layer, Material, Scene, Studio } from './scene.ts';

/** Pumps, slingbacks, sandals and wedges, from the side. */
export function heels(studio: Studio): Scene {
  const { choice } = studio;
  const material = cutCloth(studio, { plain: 6, dots: 0.5, flowers: 0.5 });
  const rise = choice.between(9, 17);
  const foot: Point[] = [
    ...curve([-20, rise], [-12, rise - 1], [-4, rise * 0.55]),
    ...curve([-3, rise * 0.5], [4, 1.5], [22, 1]),
  ];
  const dark = recoloured(material, mixed(material.base, PALETTE.Black, 0.35));
  const bow = paint(ellipse([13, 6.4], 2.4, 2), recoloured(material, material.accent));
  return onTable(choice, [
    paint(choice.chance(0.25) ? wedge(rise) : stiletto(rise, choice.between(1, 3)), dark),
    line(foot, 2, lit(material, 0.8)),
    ...drawBack(choice, { rise, foot }, material),
    ...drawFront(choice, material),
    ...(choice.chance(0.25) ? [bow] : []),
  ]);
}

const wedge = (rise: number): Outline => corners([-21, rise], [-6, rise * 0.6], [8, 0.5], [-19, 0]);

const stiletto = (rise: number, width: number): Outline =>
  corners(
    [-21, rise],
    [-14, rise - 1.5],
    [-18, rise * 0.4],
    [-19.5 + width, 0],
    [-20, 0],
    [-20.4, rise * 0.5],
  );

interface Arch {
  readonly rise: number;
  readonly foot: readonly Point[];
}

/** Around the heel: closed, or straps. */
function drawBack(choice: Choice, { rise, foot }: Arch, material: Material): Layer[] {
  const sling = curve([-20, rise + 3], [-8, rise + choice.between(5, 8)], [4, 5]);
  const ankle = curve([-16, rise], [-10, rise + choice.between(8, 14)], [-8, rise - 2]);
  const quarter = corners(
    ...foot.slice(0, 11).reverse(),
    [-21, rise],
    ...curve([-22, rise + 6], [-21, rise + 9], [-18, rise + 8.4]),
    ...curve([-14, rise + 2.5], [-4, rise * 0.5 + 5.5], [6, 8]),
    [9, 1.2],
  );
  switch (choice.pick({ closed: 6, sling: 3, ankle: 2 })) {
    case 'closed':
      return [paint(quarter, material)];
    case 'sling':
      return [
        line(sling, 1.6, material),
        line(curve([-20, rise], [-22, rise + 2], [-20, rise + 3]), 1.8, material),
      ];
    case 'ankle':
      return [line(ankle, 1.6, material)];
  }
}

/** Over the toes: closed, or bands. */
function drawFront(choice: Choice, material: Material): Layer[] {
  const vamp = corners(
    ...curve([3, 3], [8, 10.5], [14, 7]),
    ...curve([16, 6], [24, 4.6], [24, 1]),
    [4, 0.6],
  );
  const closed = paint(vamp, lit(material, 1.05));
  const bands = [6, 13].map((x) => line(curve([x - 2, 1], [x, 9], [x + 4, 1]), 2.4, material));
  return choice.chance(0.7) ? [closed] : bands;
}
