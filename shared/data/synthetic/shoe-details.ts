import type { Choice } from './choice.ts';
import { band, curve, ellipse, ribbon } from './geometry.ts';
import type { Outline } from './geometry.ts';
import type { Layer } from './garment.ts';
import { HEEL } from './shoe.ts';
import type { Shoe } from './shoe.ts';

export function drawLaces(choice: Choice, { low, rim, toe, throat }: Shoe): Layer[] {
  const light = choice.between(0.3, 1.5);
  return [0.15, 0.4, 0.65].map((share) => {
    const x = throat - 0.02 - share * (throat - 0.3);
    const y = rim + 0.06 + share * (low - toe - rim - 0.02);
    return { outline: band([x, y], [x + 0.11, y + 0.05], 0.025), light };
  });
}

/** One or two stripes on the side of a sneaker. */
export function drawFlashes(choice: Choice, { low, shaft }: Shoe): Layer[] {
  const light = choice.between(0.25, 1.5);
  const lean = choice.between(-0.1, 0.14);
  const feet = choice.chance(0.5) ? [0.5, 0.6] : [0.6];
  return feet.map((x) => ({
    outline: band([x, low - 0.02], [x + lean, low - shaft * 0.75], 0.045),
    light,
  }));
}

/** The stretch panel of a Chelsea boot. */
export function drawPanel(choice: Choice, { rim, shaft }: Shoe): Layer[] {
  const x = choice.between(0.66, 0.76);
  const outline: Outline = [
    [x - 0.07, rim + 0.03],
    [x + 0.07, rim + 0.03],
    [x + 0.03, rim + shaft * 0.65],
    [x - 0.03, rim + shaft * 0.65],
  ];
  return [{ outline, light: choice.between(0.4, 0.8) }];
}

/** The openings of a sandal that is closed elsewhere. */
export function drawCutOuts(choice: Choice, { low, seat, toe }: Shoe): Layer[] {
  const front = ellipse([0.3, low - toe * 0.5], choice.between(0.04, 0.09), toe * 0.3);
  const [radiusX, radiusY] = [choice.between(0.05, 0.12), choice.between(0.03, 0.07)];
  return [
    { outline: front, light: 0 },
    { outline: ellipse([0.68, seat - 0.08], radiusX, radiusY), light: 0 },
  ];
}

/** Straps over the toes, perhaps over the instep, perhaps around the ankle. */
export function drawStraps(choice: Choice, { low, seat, rim, toe, shaft }: Shoe): Layer[] {
  const width = choice.between(0.035, 0.07);
  const front = choice.between(0.12, 0.24);
  const back = front + choice.between(0.16, 0.3);
  const lines: Outline[] = [curve([front, low], [front + 0.06, low - toe * 2.6], [back, low])];
  if (choice.chance(0.55)) {
    lines.push(curve([front + 0.1, low], [0.45, low - shaft], [0.62, seat - 0.02]));
  }
  if (choice.chance(0.5)) {
    lines.push(curve([0.36, low - toe], [0.5, seat - shaft * 0.7], [0.66, rim]));
  }
  if (choice.chance(0.65)) {
    const ankle = seat - shaft * 0.9;
    lines.push(curve([0.6, rim], [0.78, seat - shaft * 0.75], [HEEL - 0.02, ankle]));
    lines.push(curve([HEEL - 0.03, seat], [HEEL - 0.03, seat], [HEEL - 0.02, ankle]));
  }
  return lines.map((line) => ({ outline: ribbon(line, width), light: choice.between(0.75, 1.1) }));
}
