/** What the import of a Keras model is held against: test/tools/keras/reference.py's photo, and the answer that Keras gave. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { importNativeRuntime } from "../../../shared/engine/native-runtime.ts";
import type { Converted } from "../../../training/backbone/keras/convert.ts";

const referenceSchema = z.object({
  size: z.int(),
  /** height, width, channels */
  dims: z.tuple([z.int(), z.int(), z.int()]),
  answer: z.array(z.number()),
  topology: z.unknown().optional(),
});

export type Reference = z.infer<typeof referenceSchema>;

export const readReference = async (path: string): Promise<Reference> =>
  referenceSchema.parse(JSON.parse(await readFile(path, "utf8")));

/** What of a pixel is to be taken off and divided by, of each colour. */
type Preparation = Record<"mean" | "std", readonly [number, number, number]>;

/** 1 x 3 x size x size, prepared. */
const photo = (size: number, { mean, std }: Preparation): Float32Array => {
  const pixels = new Float32Array(3 * size * size);
  let at = 0;
  for (let colour = 0; colour < 3; colour++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        pixels[at++] = (((7 * x + 13 * y + 29 * colour + x * y) % 256) - mean[colour]!) / std[colour]!;
  return pixels;
};

/** @returns the largest difference between what ONNX Runtime and Keras make of the photo, over Keras' largest number */
export const differenceFromKeras = async (
  { bytes, output }: Converted,
  preparation: Preparation,
  { size, dims: [height, width, channels], answer }: Reference,
): Promise<number> => {
  const { InferenceSession, Tensor } = await importNativeRuntime();
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const image = new Tensor("float32", photo(size, preparation), [1, 3, size, size]);
  const { [output.tensor]: made } = await session.run({ image });
  await session.release();
  if (`${made!.dims}` !== `1,${channels},${height},${width}`)
    throw new Error(`the import makes [${made!.dims}], Keras [1,${height},${width},${channels}] with channels last`);
  const numbers = made!.data as Float32Array;
  const places = height * width;
  let [difference, largest] = [0, 0];
  for (const [at, expected] of answer.entries()) {
    const found = numbers[(at % channels) * places + Math.floor(at / channels)]!;
    difference = Math.max(difference, Math.abs(found - expected));
    largest = Math.max(largest, Math.abs(expected));
  }
  return difference / largest;
};
