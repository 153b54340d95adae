import { createChoice } from '../choice.ts';
import type { Choice } from '../choice.ts';
import { triangle, valueNoise } from '../fabric.ts';
import { CLOTHES, dyed, lightness, mixed, PALETTE } from './colours.ts';
import type { Colour, ColourName } from './colours.ts';
import type { Material, Studio } from './scene.ts';

export type Weave =
  | 'plain'
  | 'stripes'
  | 'pinstripes'
  | 'plaid'
  | 'dots'
  | 'flowers'
  | 'denim'
  | 'melange'
  | 'blocks'
  | 'border';
export type WeaveWeights = Readonly<Partial<Record<Weave, number>>>;

/** A cloth with its colours. */
export interface Cloth extends Material {
  readonly base: Colour;
  /** For trimmings: stands out from the base. */
  readonly accent: Colour;
}

type Dye = (x: number, y: number) => Colour;

/** Cuts a cloth of the studio's colour, with soft folds, darker where the body turns away. */
export function cutCloth({ choice, random, colour }: Studio, weaves: WeaveWeights): Cloth {
  const base = dyed(choice, colour);
  const accent = accentTo(choice, base);
  const inks = { base, accent, third: dyed(choice, choice.pick<ColourName>(CLOTHES)) };
  const noise = valueNoise(random, 16);
  const colourAt = weave(choice.pick<Weave>(weaves), inks, createChoice(random), (x, y) =>
    noise(x / 60 + 0.5, y / 110),
  );
  const folds = valueNoise(random, 7);
  const depth = choice.between(0.06, 0.24) * (lightness(base) < 0.25 ? 1.6 : 1);
  const slope = choice.between(-0.006, 0.006);
  return {
    base,
    accent,
    colourAt,
    lightAt: (x, y) => 1.06 + depth * folds(x / 60 + 0.5, y / 110) + slope * x - 0.0006 * x * x,
  };
}

/** A colour that stands out: white or pale on dark, dark on pale, now and then any. */
function accentTo(choice: Choice, base: Colour): Colour {
  const isDark = lightness(base) < 0.45;
  const plain = PALETTE[isDark ? 'White' : choice.pick({ Black: 2, 'Navy Blue': 2, Charcoal: 1 })];
  const other = dyed(choice, choice.pick<ColourName>(CLOTHES));
  const isClear = Math.abs(lightness(other) - lightness(base)) > 0.2;
  return choice.chance(0.5) && isClear ? other : mixed(plain, base, choice.between(0, 0.35));
}

interface Inks {
  readonly base: Colour;
  /** Stands out from the base. */
  readonly accent: Colour;
  readonly third: Colour;
}

/** Smooth chance at a point of the scene, −1 to 1. */
type Noise = (x: number, y: number) => number;

function weave(kind: Weave, inks: Inks, choice: Choice, noise: Noise): Dye {
  const { base, accent } = inks;
  switch (kind) {
    case 'plain':
      return () => base;
    case 'stripes':
      return stripes(inks, choice);
    case 'pinstripes':
      return pinstripes(inks, choice);
    case 'plaid':
      return plaid(inks, choice);
    case 'dots':
      return dots(inks, choice);
    case 'flowers':
      return flowers(inks, noise);
    case 'denim': {
      const worn = mixed(base, PALETTE.White, choice.between(0.1, 0.4));
      return (x, y) => mixed(base, worn, step(noise(x, y) + triangle(x / 22) - 0.8, 0.4));
    }
    case 'melange': {
      const fleck = mixed(base, accent, 0.16);
      return (x, y) => (noise(x, y * 3) > 0.1 ? fleck : base);
    }
    case 'blocks': {
      const border = choice.between(28, 44);
      return (_, y) => (y < border ? base : accent);
    }
    case 'border':
      return bordered(inks, choice);
  }
}

/** From 0 to 1 as a value passes 0, over this width. */
const step = (value: number, width: number): number =>
  Math.min(Math.max(value / width + 0.5, 0), 1);

function flowers({ base, accent, third }: Inks, noise: Noise): Dye {
  return (x, y) => {
    // Turned, so that the grid of the noise does not show.
    const value = noise(0.8 * x + 0.6 * (y - 45), 45 + 0.8 * (y - 45) - 0.6 * x);
    return value > 0
      ? mixed(base, accent, step(value - 0.3, 0.16))
      : mixed(base, third, step(-value - 0.36, 0.16));
  };
}

function pinstripes({ base, accent }: Inks, choice: Choice): Dye {
  const gap = choice.between(1.7, 4);
  const pale = mixed(base, accent, choice.between(0.3, 0.9));
  return (x) => (triangle(x / gap) < 0.3 ? pale : base);
}

function dots({ base, accent }: Inks, choice: Choice): Dye {
  const gap = choice.between(3, 6);
  return (x, y) => {
    const across = triangle(x / gap) - 0.5;
    const down = triangle(y / gap + 0.25) - 0.5;
    return mixed(base, accent, step(across * down - 0.06, 0.06));
  };
}

function stripes({ base, accent, third }: Inks, choice: Choice): Dye {
  const gap = choice.between(4, 13);
  const wide = choice.between(0.2, 0.6);
  const phase = choice.between(0, 1);
  const other = choice.chance(0.4) ? third : accent;
  return (_, y) => {
    const at = y / gap + phase;
    if (triangle(at) > wide) return base;
    return triangle(at / 2) < 0.5 ? accent : other;
  };
}

function plaid({ base, accent, third }: Inks, choice: Choice): Dye {
  const gap = choice.between(4, 9);
  const half = mixed(base, accent, 0.5);
  const full = mixed(base, accent, 0.9);
  const thin = choice.chance(0.5) ? third : full;
  return (x, y) => {
    const [across, down] = [triangle(x / gap), triangle(y / gap)];
    if (across > 0.86 || down > 0.86) return thin;
    if (across < 0.4 && down < 0.4) return full;
    return across < 0.4 || down < 0.4 ? half : base;
  };
}

/** Embroidery along the hem and down the front. */
function bordered({ base, accent, third }: Inks, choice: Choice): Dye {
  const hem = choice.between(52, 62);
  const width = choice.between(1, 3);
  const dots = choice.chance(0.5) ? third : accent;
  return (x, y) => {
    if (y > hem && y < hem + 5) return triangle(x / 3) < 0.4 ? dots : accent;
    return y < 44 && Math.abs(x) < width ? accent : base;
  };
}
