/** Half-precision floats (IEEE 754 binary16) as bit patterns. */
import { roundToEven } from "./round-to-even.ts";

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Each of the 65,536 bit patterns widened, made when it is first wanted: a network has millions of weights. */
let widened: Float32Array | undefined;

/** Widens exactly. */
export const float16ToFloat32 = (halves: Uint16Array): Float32Array => {
  widened ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => widen(half));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = widened[halves[i]!]!;
  return floats;
};

/** Rounds to nearest, ties to even; beyond 65504 it saturates, since an infinite weight would spoil every answer. */
export const float32ToFloat16 = (floats: Float32Array): Uint16Array => Uint16Array.from(floats, narrow);

const widen = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

const narrow = (value: number): number => {
  float[0] = value;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const magnitude = Math.min(Math.abs(value), 65504);
  // Below the smallest normal number the step is constant.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  // Rounding up the fraction to 1024 carries into the exponent, as it should.
  return sign | (((exponent + 15) << 10) + roundToEven((magnitude / 2 ** exponent - 1) * 1024));
};
