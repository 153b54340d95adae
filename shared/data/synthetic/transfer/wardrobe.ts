import { topScene, trouserScene } from './clothes.ts';
import { ANKLE } from './figure.ts';
import { plainTrousers } from './trousers.ts';

export const tShirts = topScene({
  weaves: { plain: 10, stripes: 3, melange: 2, blocks: 1, dots: 0.3 },
  worn: 0.7,
  women: 0.3,
  below: 'trousers',
  cut: (choice, basic) => {
    const neck = choice.pick({ round: 6, vee: 2, polo: 3 });
    const emblem = choice.pick({ none: 4, small: 2, large: 5, letters: 3 });
    return {
      ...basic,
      neck,
      emblem: neck === 'polo' ? 'small' : emblem,
      hasOtherSleeves: choice.chance(0.1),
    };
  },
});

export const blouses = topScene({
  weaves: { plain: 6, flowers: 4, dots: 2, stripes: 2, melange: 1 },
  worn: 0.75,
  women: 1,
  below: 'trousers',
  cut: (choice, basic) => ({
    ...basic,
    neck: choice.pick({ scoop: 4, round: 3, vee: 2, straps: 2 }),
    sleeve: choice.chance(0.4) ? 0 : choice.between(0.15, 0.5),
    hem: basic.hem + choice.between(0, 3),
    emblem: choice.pick({ none: 5, large: 1 }),
  }),
});

export const shirts = topScene({
  weaves: { plain: 6, plaid: 6, pinstripes: 5, melange: 1, dots: 0.5 },
  worn: 0.8,
  women: 0.12,
  below: 'trousers',
  cut: (choice, basic) => ({
    ...basic,
    neck: 'collar',
    neckDepth: choice.between(3, 7),
    front: 'buttons',
    sleeve:
      choice.pick({ long: 6, rolled: 3, short: 3 }) === 'short' ? 0.4 : choice.between(0.66, 0.98),
    pockets: choice.chance(0.5) ? 'chest' : 'none',
  }),
});

export const sweaters = topScene({
  weaves: { plain: 4, stripes: 6, melange: 4, plaid: 1, blocks: 1 },
  worn: 0.8,
  women: 0.4,
  below: 'trousers',
  cut: (choice, basic) => ({
    ...basic,
    neck: choice.pick({ round: 4, vee: 5, stand: 1 }),
    sleeve: choice.between(0.92, 1),
    hasBands: choice.chance(0.85),
  }),
});

export const sweatshirts = topScene({
  weaves: { plain: 8, melange: 5, stripes: 1, blocks: 1 },
  worn: 0.6,
  women: 0.3,
  below: 'trousers',
  cut: (choice, basic) => ({
    ...basic,
    neck: choice.pick({ round: 4, hood: 6 }),
    sleeve: choice.between(0.92, 1),
    sleeveWidth: basic.sleeveWidth + 1,
    hasBands: true,
    pockets: choice.pick({ none: 1, pouch: 2 }),
    emblem: choice.pick({ none: 3, large: 2, letters: 3 }),
    hasOtherSleeves: choice.chance(0.15),
  }),
});

export const jackets = topScene({
  weaves: { plain: 10, blocks: 2, melange: 1, denim: 1 },
  worn: 0.6,
  women: 0.3,
  below: 'trousers',
  cut: (choice, basic) => ({
    ...basic,
    chest: basic.chest + 1,
    waist: basic.waist + 1.5,
    neck: choice.pick({ stand: 5, hood: 2, collar: 2 }),
    front: choice.pick({ zip: 7, open: 3, buttons: 1 }),
    sleeve: choice.between(0.94, 1),
    sleeveWidth: basic.sleeveWidth + 1.4,
    hasBands: choice.chance(0.5),
    pockets: choice.pick({ none: 1, sides: 3 }),
    hasOtherSleeves: choice.chance(0.15),
  }),
});

export const dresses = topScene({
  weaves: { plain: 6, flowers: 5, dots: 2, stripes: 1, blocks: 2 },
  worn: 0.75,
  women: 1,
  below: 'legs',
  cut: (choice, basic, figure) => ({
    ...basic,
    neck: choice.pick({ straps: 4, scoop: 3, round: 3, vee: 2 }),
    sleeve: choice.chance(0.65) ? 0 : choice.between(0.15, 0.4),
    waist: figure.waist + 0.3,
    hem: figure.hip + choice.between(0, 7),
    end: choice.between(64, 78),
  }),
});

export const kurtas = topScene({
  weaves: { plain: 3, flowers: 5, border: 6, dots: 1, pinstripes: 1 },
  worn: 0.8,
  women: 0.85,
  below: 'leggings',
  cut: (choice, basic, figure) => ({
    ...basic,
    neck: choice.pick({ round: 4, vee: 3, stand: 2 }),
    front: choice.pick({ whole: 3, slit: 4 }),
    sleeve: choice.chance(0.2) ? 0 : choice.between(0.3, 0.75),
    hem: figure.hip + choice.between(0.5, 3.5),
    end: choice.between(68, 80),
  }),
});

export const jeans = trouserScene({
  weaves: { denim: 10, plain: 2 },
  worn: 0.85,
  women: 0.4,
  cut: (choice) => ({
    ...plainTrousers,
    knee: choice.between(3.4, 5),
    hem: choice.between(2.8, 4.8),
    end: choice.between(ANKLE - 2, ANKLE + 1),
    pockets: true,
    stride: choice.between(0, 3),
  }),
});

export const trousers = trouserScene({
  weaves: { plain: 8, pinstripes: 1, melange: 1 },
  worn: 0.8,
  women: 0.35,
  cut: (choice) => ({
    ...plainTrousers,
    knee: choice.between(4, 5.2),
    hem: choice.between(3.6, 5.2),
    pockets: choice.chance(0.6),
    stripe: choice.chance(0.3),
    stride: choice.between(0, 2),
  }),
});

export const shorts = trouserScene({
  weaves: { plain: 6, plaid: 2, denim: 2, flowers: 1 },
  worn: 0.35,
  women: 0.3,
  cut: (choice) => ({
    ...plainTrousers,
    knee: choice.between(5.4, 6.4),
    hem: choice.between(5.4, 6.8),
    end: choice.between(63, 76),
    pockets: true,
    stripe: choice.chance(0.25),
    stride: choice.between(0.6, 2.4),
  }),
});
