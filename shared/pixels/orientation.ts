/**
 * The orientation a camera wrote into a photo (EXIF tag 0x0112).
 * Source: EXIF 2.32, section 4.6.4 A.
 */

/** 1 to 8: where row 0 and column 0 of the stored image lie in the scene. 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** How stored pixels become upright: first mirrored along their own axes, then, if `transposed`, rows become columns. */
export interface Turn {
  mirrorX: boolean;
  mirrorY: boolean;
  transposed: boolean;
}

export const turnOf = (orientation: Orientation): Turn => ({
  mirrorX: orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8,
  mirrorY: orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7,
  transposed: orientation >= 5,
});

export const isOrientation = (value: number): value is Orientation =>
  Number.isInteger(value) && value >= 1 && value <= 8;
