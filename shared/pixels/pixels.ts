/** Decoded photos and what the path from bytes to tensor needs to know. */

/** Interleaved RGB, `width * height * 3` bytes, row by row from the top left. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A rectangle in an upright photo's own pixels; may be fractional. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * What a model wants its photos turned into; part of the manifest, decided by the backbone.
 * The crop is a centred square whose side is `crop` times the photo's short side.
 */
export interface InputSpec {
  /** Side of the square input in pixels. */
  size: number;
  /** Share of the short side that the centre square takes, e.g. 224 / 256. */
  crop: number;
  interpolation: "bicubic";
  /** Per channel, on the 0 to 255 scale: tensor = (pixel - mean) / std. */
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/** Another look at the same photo, for augmentation and for a gate with few photos. The plain centre view is `{}`. */
export interface View {
  /** Mirrors left and right. */
  flip?: boolean;
  /** Scales the crop's side, 0 to 1 (1: the whole centre square). */
  zoom?: number;
  /** Where a smaller crop lies within the centre square: 0 is left or top, 1 right or bottom. */
  x?: number;
  y?: number;
}

/** Raised whenever the bytes-to-tensor path gives other numbers; cached features of another version are not used. */
export const PIXEL_PATH_VERSION = 1;
