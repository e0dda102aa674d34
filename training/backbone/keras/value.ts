/** What a layer makes, while its graph is being written: a tensor's name and what later layers must know of it. */
export type Pads = readonly [top: number, left: number, bottom: number, right: number];

export interface Value {
  /** 1 x channels x height x width. */
  tensor: string;
  channels: number;
  height: number;
  width: number;
  /** Zeros around it that are not in the tensor yet: convolutions and poolings add them themselves. */
  pads: Pads;
  /** Nothing in it is below zero: a border of zeros then changes no maximum. */
  positive: boolean;
  /**
   * Of the photo itself: what its channels are multiplied by, then raised by, before the first layer that is more than that.
   * It becomes part of how photos are prepared.
   */
  photo?: Affine;
}

/** One number per channel. */
export interface Affine {
  scale: Float64Array;
  shift: Float64Array;
}

export const noPads: Pads = [0, 0, 0, 0];

export const hasPads = ({ pads }: Pick<Value, "pads">): boolean => pads.some((pad) => pad > 0);
