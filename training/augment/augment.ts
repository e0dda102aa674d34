/** A photo's pixels as an augmented look shows them: cropped, resized and turned upright by the shared path, then turned and lit. */
import { cropPhoto, showBox } from "../../shared/pixels/crop.ts";
import type { Decoded } from "../../shared/pixels/decode.ts";
import type { InputSpec, Pixels } from "../../shared/pixels/pixels.ts";
import type { AugmentedView } from "./augmentation.ts";

/** @returns upright RGB, `input.size` x `input.size`; of a view without rotation and light what `cropPhoto` gives */
export const augment = (decoded: Omit<Decoded, "format">, input: InputSpec, view: AugmentedView): Pixels => {
  const { whole = false, rotation = 0, brightness = 0, contrast = 1, ...look } = view;
  if (whole) return showBox(decoded, { x: 0, y: 0, width: decoded.width, height: decoded.height }, input.size);
  const cropped =
    rotation === 0
      ? cropPhoto(decoded, input, look).pixels
      : turn(
          cropPhoto(decoded, { ...input, size: sideBefore(input.size, rotation) }, look).pixels,
          rotation,
          input.size,
        );
  return brightness === 0 && contrast === 1 ? cropped : light(cropped, brightness, contrast);
};

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Side of the square in which one of side `size` can be turned without showing what is beside it. */
const sideBefore = (size: number, rotation: number): number => {
  const angle = Math.abs(radians(rotation));
  return Math.ceil(size * (Math.cos(angle) + Math.sin(angle))) + 1;
};

/** The inner square, turned about the middle; bilinear. */
const turn = ({ data, width }: Pixels, rotation: number, size: number): Pixels => {
  const [cosine, sine] = [Math.cos(radians(rotation)), Math.sin(radians(rotation))];
  const out = new Uint8Array(size * size * 3);
  const row = width * 3;
  for (let y = 0, to = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const [right, down] = [x + 0.5 - size / 2, y + 0.5 - size / 2];
      const sourceX = width / 2 - 0.5 + cosine * right + sine * down;
      const sourceY = width / 2 - 0.5 - sine * right + cosine * down;
      const [left, top] = [Math.floor(sourceX), Math.floor(sourceY)];
      const [across, along] = [sourceX - left, sourceY - top];
      const at = top * row + left * 3;
      for (let channel = 0; channel < 3; channel++) {
        const above = data[at + channel]! * (1 - across) + data[at + 3 + channel]! * across;
        const below = data[at + row + channel]! * (1 - across) + data[at + row + 3 + channel]! * across;
        out[to++] = Math.round(above * (1 - along) + below * along);
      }
    }
  return { data: out, width: size, height: size };
};

const light = ({ data, width, height }: Pixels, brightness: number, contrast: number): Pixels => {
  let sum = 0;
  for (const value of data) sum += value;
  const mean = sum / data.length;
  // one entry a value, clamped to 0 and 255
  const table = Uint8ClampedArray.from(
    { length: 256 },
    (_, value) => mean + (value - mean) * contrast + 255 * brightness,
  );
  return { data: data.map((value) => table[value]!), width, height };
};
