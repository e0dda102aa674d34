/**
 * What a network wants its photos turned into, read from the documents that lie beside published ones:
 * `preprocessor_config.json` as Hugging Face's image processors write it
 * (https://huggingface.co/docs/transformers/main_classes/image_processor), and `config.json` with the `pretrained_cfg` of timm
 * (https://huggingface.co/docs/timm/reference/data).
 */
import { z } from "zod";

/** On the 0 to 255 scale, as in `InputSpec`. What a document does not say is left out. */
export interface Preprocessing {
  size?: number;
  crop?: number;
  mean?: Triple;
  std?: Triple;
  /** By name, where it is another than ours. */
  interpolation?: string;
}

export type Triple = readonly [number, number, number];

const triple = z.tuple([z.number(), z.number(), z.number()]);
const side = z.number().positive();
const square = z.object({ height: side, width: side });

const imageProcessorSchema = z.object({
  do_resize: z.boolean().default(true),
  size: z.union([side, square, z.object({ shortest_edge: side })]).optional(),
  do_center_crop: z.boolean().optional(),
  crop_size: z.union([side, square]).optional(),
  crop_pct: z.number().positive().max(1).nullish(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: triple.optional(),
  image_std: triple.optional(),
  resample: z.int().optional(),
});

const timmSchema = z.object({
  input_size: z.tuple([z.literal(3), side, side]),
  crop_pct: z.number().positive().max(1).default(1),
  mean: triple,
  std: triple,
  interpolation: z.string().optional(),
  license: z.string().optional(),
});

/** Of Pillow. */
const filters = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"];

const scaled = (numbers: Triple, by: number): Triple => [numbers[0] * by, numbers[1] * by, numbers[2] * by];
const shortest = (size: number | z.infer<typeof square>): number =>
  typeof size === "number" ? size : Math.min(size.height, size.width);
const unlessOurs = (interpolation: string | undefined): Pick<Preprocessing, "interpolation"> =>
  interpolation === undefined || interpolation === "bicubic" ? {} : { interpolation };

/**
 * Of a `preprocessor_config.json`.
 * @throws ZodError
 */
export const fromImageProcessor = (document: unknown): Preprocessing => {
  const said = imageProcessorSchema.parse(document);
  // numbers are rescaled first and normalised then, so mean and std are in rescaled units
  const unit = said.do_rescale ? 1 / said.rescale_factor : 1;
  const normalised = said.do_normalize
    ? [said.image_mean, said.image_std]
    : ([
        [0, 0, 0],
        [1, 1, 1],
      ] as const);
  const [mean, std] = normalised;
  return {
    ...sizeOf(said),
    ...(mean && { mean: scaled(mean, unit) }),
    ...(std && { std: scaled(std, unit) }),
    ...unlessOurs(said.resample === undefined ? undefined : filters[said.resample]),
  };
};

const sizeOf = ({
  size,
  crop_size,
  crop_pct,
  do_center_crop = crop_size !== undefined,
}: z.infer<typeof imageProcessorSchema>): Pick<Preprocessing, "size" | "crop"> => {
  const resized =
    size === undefined
      ? undefined
      : typeof size === "object" && "shortest_edge" in size
        ? size.shortest_edge
        : shortest(size);
  if (do_center_crop && crop_size !== undefined) {
    const cropped = shortest(crop_size);
    return { size: cropped, crop: resized === undefined ? 1 : Math.min(1, cropped / resized) };
  }
  if (resized === undefined) return {};
  // ConvNeXt's: below 384 pixels the short side becomes size / crop_pct and the centre is cut out, above nothing is cut off
  return { size: resized, crop: crop_pct && resized < 384 ? crop_pct : 1 };
};

/**
 * Of a `config.json`; without timm's `pretrained_cfg`, or its fields at the top, it says nothing of photos.
 * @throws ZodError
 */
export const fromTimm = (document: unknown): (Preprocessing & { licence?: string }) | undefined => {
  const configuration = z
    .union([z.object({ pretrained_cfg: z.object({ input_size: z.unknown() }) }), z.object({ input_size: z.unknown() })])
    .safeParse(document);
  if (!configuration.success) return undefined;
  // once more from the document: what is parsed above has lost the other fields
  const whole = document as { pretrained_cfg?: unknown };
  const { input_size, crop_pct, mean, std, interpolation, license } = timmSchema.parse(whole.pretrained_cfg ?? whole);
  return {
    size: Math.min(input_size[1], input_size[2]),
    crop: crop_pct,
    mean: scaled(mean, 255),
    std: scaled(std, 255),
    ...unlessOurs(interpolation),
    ...(license !== undefined && { licence: license }),
  };
};
