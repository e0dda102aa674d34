/** What a request may ask for, parsed once. */
import { z } from "zod";
import { Problem } from "../../shared/problem.ts";

const flag = z
  .enum(["0", "1"], "must be 0 or 1")
  .default("0")
  .transform((value) => value === "1");

const whole = "must be a whole number, 1 or more";
const count = z.int(whole).min(1, whole);

export const classifyQuery = z.object({
  model: z.string().optional().describe("Which model answers; without it the server's default."),
  top: z.coerce
    .number(whole)
    .int(whole)
    .min(1, whole)
    .optional()
    .describe("How many predictions; five where the model has so many labels."),
  heatmap: flag.describe("1: where in the photo the best label is seen."),
  trace: flag.describe("1: hashes of pixels and tensor, and the logits."),
  full: z
    .string()
    .regex(/^[1-9]\d{0,4}x[1-9]\d{0,4}$/, "must be a width and a height in pixels, as 4032x3024")
    .transform((size) => {
      const [width, height] = size.split("x").map(Number) as [number, number];
      return { width, height };
    })
    .optional()
    .describe(
      "The photo's own size, `4032x3024`, where a JPEG was decoded at 1/2, 1/4 or 1/8 before it was sent without loss: it is answered as the whole one.",
    ),
  upload: z.string().optional().describe("The key of an uploaded photo, instead of one in the body."),
});

/** The body of Hugging Face's image-classification task, as their clients send it. */
export const huggingFaceBody = z.object({
  inputs: z.base64("must be a photo's bytes in base64"),
  parameters: z
    .object({ top_k: count.nullish(), function_to_apply: z.enum(["softmax", "sigmoid", "none"]).nullish() })
    .nullish(),
});

/** @throws Problem 400 naming the parameter, its value and what it may be */
export const parse = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues
    .map(({ path, message }) => describe(path, valueAt(value, path), message))
    .join("; ");
  throw new Problem(400, detail, { title: "Bad request", cause: parsed.error });
};

const describe = (path: readonly PropertyKey[], value: unknown, message: string): string => {
  const shown = JSON.stringify(value)?.slice(0, 40) ?? "missing";
  return `${path.length ? path.join(".") : "the body"} is ${shown}: ${message}`;
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined), value);
