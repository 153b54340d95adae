/** What T-shirts, pullovers, dresses, coats and shirts have in common; lengths in unit coordinates. */
export interface TopStyle {
  /** Half widths. */
  readonly shoulder: number;
  readonly chest: number;
  readonly waist: number;
  readonly hem: number;
  /** Height of the hem; the neck lies at {@link TOP}. */
  readonly length: number;
  /** 0 (none) to 1 (to the wrist). */
  readonly sleeve: number;
  readonly sleeveWidth: number;
  /** Sideways run of the sleeve for each step down. */
  readonly sleeveSpread: number;
  readonly neck: Neck;
  /** Half width. */
  readonly neckWidth: number;
  readonly neckDepth: number;
  readonly collar: Collar;
  readonly opening: Opening;
  /** How far trimmings differ in light from the cloth, −1 to 1. */
  readonly contrast: number;
  readonly hasHemBand: boolean;
  readonly hasPockets: boolean;
}

export type Neck = 'round' | 'vee' | 'straps' | 'closed';
export type Collar = 'none' | 'points' | 'stand' | 'lapels' | 'hood';
export type Opening = 'none' | 'placket' | 'buttons' | 'zip' | 'open';

/** Height of the neck. */
export const TOP = 0.06;
/** The axis of every top. */
export const CENTRE = 0.5;
