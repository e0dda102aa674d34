/** Photos as a report shows them: small JPEGs inside the page, of what the model sees of each. */
import sharp from "sharp";
import type { InputSpec, Pixels } from "../../shared/pixels/pixels.ts";
import type { AugmentedView } from "../augment/augmentation.ts";
import type { Pool } from "../features/pool.ts";

/** Pixels of a side: sharp on a fine screen at half of that. */
export const PICTURE_SIDE = 192;

export interface Look {
  /** The photo's file. */
  path: string;
  views: readonly AugmentedView[];
}

export interface PictureOptions {
  pool: Pool;
  /** Of the model. */
  input: InputSpec;
  signal?: AbortSignal | undefined;
}

/** By the path that features take: a picture per view of each look, none of a photo that cannot be read any more. */
export const takePictures = async (
  looks: readonly Look[],
  { pool, input, signal }: PictureOptions,
): Promise<Pixels[][]> => {
  const small = { ...input, size: PICTURE_SIDE };
  const work = pool.open({ input: small });
  const items = looks.map(({ path, views }) => ({ photo: path, views }));
  const outcomes = await pool.run(work, items, { signal }).finally(() => pool.free(work));
  return outcomes.map((outcome) => (Array.isArray(outcome) ? outcome.map((tensor) => pixelsOf(tensor, small)) : []));
};

/** What `toTensor` made of pixels, undone. */
const pixelsOf = (tensor: Float32Array, { size, mean, std }: InputSpec): Pixels => {
  const plane = size * size;
  const data = new Uint8Array(3 * plane);
  for (const channel of [0, 1, 2] as const)
    for (let from = channel * plane, to = channel; to < data.length; from++, to += 3)
      data[to] = Math.round(tensor[from]! * std[channel] + mean[channel]);
  return { data, width: size, height: size };
};

/** @param overlay a PNG as large as the picture, which is grey under it, so that a colour is the overlay's */
export const asDataUri = async ({ data, width, height }: Pixels, overlay?: Uint8Array): Promise<string> => {
  const raw = { width, height, channels: 3 } as const;
  const drawn = overlay
    ? sharp(greyOf(data), { raw }).composite([{ input: Buffer.from(overlay) }])
    : sharp(data, { raw });
  return `data:image/jpeg;base64,${(await drawn.jpeg({ quality: 78 }).toBuffer()).toString("base64")}`;
};

/** Luma (Rec. 601) in all three channels. */
const greyOf = (data: Uint8Array): Uint8Array => {
  const grey = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3)
    grey.fill(Math.round(0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!), at, at + 3);
  return grey;
};
