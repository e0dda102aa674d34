/** What `npm run bench:lambda` measures, and writes to measured.json. */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { memorySizes } from "../../functions/lambda/memory-sizes.ts";

/** `lean` and `onnxruntime-web` are one bundle: the model's form says which of the two runs. */
export const engines = ["native", "lean", "onnxruntime-web"] as const;
export type EngineName = (typeof engines)[number];
export const bundleOf = { native: "native", lean: "web", "onnxruntime-web": "web" } as const;

const milliseconds = z.number().nonnegative();

const runSchema = z.object({
  /** From the process's start until it asks for its first event, with the whole processor. */
  start: milliseconds,
  /** Processor time of that. */
  startCpu: milliseconds,
  /** The first request, from the client's side, with the processor's share. */
  first: milliseconds,
  /** A warm request, likewise. */
  warm: milliseconds,
  /** Processor time of a warm request. */
  cpu: milliseconds,
  /** Peak, in MB. */
  peak: z.number().positive(),
});
export type Run = z.output<typeof runSchema>;

const rowSchema = runSchema.extend({ engine: z.enum(engines), memory: z.literal([...memorySizes]) });
export type Row = z.output<typeof rowSchema>;

export const measuredSchema = z.object({
  date: z.iso.date(),
  /** The processor, and how much else there was to do for it. */
  machine: z.string(),
  /** Bytes of the photo. */
  photo: z.int().positive(),
  /** Bytes of the zipped package. */
  zips: z.object({ native: z.int().positive(), web: z.int().positive() }),
  rows: z.array(rowSchema).length(engines.length * memorySizes.length),
});
export type Measured = z.output<typeof measuredSchema>;

export const measuredFile = fileURLToPath(new URL("measured.json", import.meta.url));

/** @throws Error when the size was not measured */
export const rowOf = ({ rows }: Measured, engine: EngineName, memory: number): Row => {
  const row = rows.find((candidate) => candidate.engine === engine && candidate.memory === memory);
  if (!row) throw new Error(`${engine} was not measured with ${memory} MB; there are ${memorySizes.join(", ")}`);
  return row;
};
