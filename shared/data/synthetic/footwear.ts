import type { Choice } from './choice.ts';
import type { Garment } from './garment.ts';
import { createShoe, drawSole, drawUpper } from './shoe.ts';
import type { ShoeStyle } from './shoe.ts';
import { drawCutOuts, drawFlashes, drawLaces, drawPanel, drawStraps } from './shoe-details.ts';

/** High sneakers meet low boots, and sandals with closed sides meet sneakers: see tops.ts. */
export const sneaker: Garment = {
  patterns: { plain: 10, stripes: 0, pinstripes: 0, checks: 0.3, speckle: 2, print: 0, blocks: 3 },
  draw: (choice) => {
    const isHigh = choice.chance(0.18);
    const shoe = createShoe({
      ...basicShoe(choice),
      heel: choice.between(0, 0.03),
      shaft: isHigh ? choice.between(0.3, 0.46) : choice.between(0.18, 0.32),
      throat: choice.between(0.4, 0.55),
      sole: choice.between(0.04, 0.1),
      soleLight: choice.between(0.4, 1.25),
    });
    return [
      ...drawUpper(shoe),
      ...drawSole(shoe),
      ...(choice.chance(0.75) ? drawLaces(choice, shoe) : []),
      ...(choice.chance(0.6) ? drawFlashes(choice, shoe) : []),
    ];
  },
};

export const ankleBoot: Garment = {
  patterns: { plain: 12, stripes: 0, pinstripes: 0, checks: 0, speckle: 2, print: 0, blocks: 1.5 },
  draw: (choice) => {
    const isHeeled = choice.chance(0.4);
    const shoe = createShoe({
      ...basicShoe(choice),
      ground: choice.between(0.78, 0.92),
      heel: isHeeled ? choice.between(0.08, 0.22) : choice.between(0, 0.06),
      shaft: choice.between(0.27, 0.54),
      throat: choice.between(0.46, 0.6),
      sole: choice.between(0.03, 0.08),
      soleLight: choice.between(0.35, 1),
    });
    return [
      ...drawUpper(shoe),
      ...drawSole(shoe),
      ...(choice.chance(0.3) ? drawLaces(choice, shoe) : []),
      ...(choice.chance(0.35) ? drawPanel(choice, shoe) : []),
    ];
  },
};

export const sandal: Garment = {
  patterns: { plain: 10, stripes: 0, pinstripes: 0, checks: 0, speckle: 3, print: 0, blocks: 1 },
  draw: (choice) => {
    const isHeeled = choice.chance(0.4);
    const shoe = createShoe({
      ...basicShoe(choice),
      heel: isHeeled ? choice.between(0.1, 0.32) : choice.between(0, 0.05),
      shaft: choice.between(0.16, isHeeled ? 0.36 : 0.3),
      throat: choice.between(0.4, 0.55),
      sole: choice.between(0.03, 0.08),
      soleLight: choice.between(0.5, 1.1),
    });
    const isClosed = choice.chance(0.2);
    if (isClosed) return [...drawUpper(shoe), ...drawSole(shoe), ...drawCutOuts(choice, shoe)];
    return [...drawSole(shoe), ...drawStraps(choice, shoe)];
  },
};

function basicShoe(choice: Choice): Pick<ShoeStyle, 'ground' | 'toe'> {
  return { ground: choice.between(0.7, 0.8), toe: choice.between(0.07, 0.14) };
}
