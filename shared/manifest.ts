/**
 * What a published model says of itself. `models/NAME/VERSION/manifest.json`, written once, after every file it names.
 * Readers trust none of it: it is parsed here, and each file's sha256 is checked when it is read.
 */
import { z } from "zod";

const unit = z.number().min(0).max(1);
const hex = z.string().regex(/^[0-9a-f]{64}$/, "a sha256 in lower-case hex");
/** Whatever JSON can say. */
export const jsonSchema = z.json();
const triple = z.tuple([z.number(), z.number(), z.number()]);

/** Names of models: they become folders and parts of URLs. */
export const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "1 to 63 of a-z, 0-9, '.', '_' and '-', the first a letter or digit");

/** `20260131T120000Z-1a2b3c4d5e6f`: UTC time and the first 12 digits of the content's hash. */
export const versionSchema = z
  .string()
  .regex(/^\d{8}T\d{6}Z-[0-9a-f]{12}$/, "a version such as 20260131T120000Z-1a2b3c4d5e6f");

export const precisionSchema = z.enum(["int8", "int8-weights", "float16", "float32"]);

export const inputSchema = z.object({
  size: z.int().min(8).max(1024),
  crop: z.number().positive().max(1),
  interpolation: z.literal("bicubic"),
  mean: triple,
  std: triple,
  /** PIXEL_PATH_VERSION of the training that made it. */
  pixelPath: z.int(),
});

const interval = z.tuple([unit, unit]);

/** How well a multi-label model's answers fit, each label decided by its own threshold. */
export const decisionsSchema = z.object({
  /** Mean over the labels of their average precision, which needs no threshold (as scikit-learn has it). */
  map: unit,
  /** F1 of all decisions together, and the mean of each label's. */
  microF1: unit,
  macroF1: unit,
  /** Share of photos whose labels are right without exception. */
  exact: unit,
  /** Where they lie with a chance of 95%, by the photos that happened to be there (percentile bootstrap over photos). */
  intervals: z.object({ map: interval, microF1: interval, macroF1: interval }).exactOptional(),
});

/**
 * How well a set of predictions fits its labels; `ece` over 15 equal-width bins. Of a multi-label model, top-1 and top-5 are of
 * the photos that have labels, and say whether the best label, or one of the best five, is among theirs; NLL is of
 * all of a photo's labels together, ECE over all pairs of a photo and a label.
 */
export const scoresSchema = z.object({
  photos: z.int().nonnegative(),
  top1: unit,
  /** Where top-1 lies with a chance of 95%, by the number of photos (Wilson's score interval). */
  interval: interval.exactOptional(),
  top5: unit,
  nll: z.number(),
  ece: unit,
  /** Of a multi-label model. */
  decisions: decisionsSchema.exactOptional(),
});

/** One form's trial on one engine against the float model. */
export const trialSchema = z.object({
  engine: z.enum(["native", "web"]),
  views: z.int().nonnegative(),
  agreement: unit,
  /** On the labelled validation photos, through this engine. */
  validation: scoresSchema.optional(),
  passed: z.boolean(),
  /** Why it was refused. */
  reason: z.string().optional(),
});

export const fileSchema = z.object({
  path: z.string().regex(/^[a-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9._-]+)*$/),
  precision: precisionSchema,
  bytes: z.int().positive(),
  sha256: hex,
  /** Median milliseconds of one run on the machine that trained it. */
  ms: z.object({ native: z.number().optional(), web: z.number().optional() }),
  trials: z.array(trialSchema),
});

const describedSchema = z.object({
  schema: z.literal(1),
  name: nameSchema,
  version: versionSchema,
  created: z.iso.datetime(),
  task: z.enum(["single-label", "multi-label"]),
  /** Sorted by code point; the background label, when there is one, last. */
  labels: z.array(z.string().min(1)).min(1),
  /** The label that means "none of the others"; when it wins, the answer is `unknown`. */
  background: z.string().optional(),
  input: inputSchema,
  outputs: z.object({
    logits: z.string(),
    /** Class activation maps of the first `classes` labels; their mean plus the bias are the logits. */
    heatmap: z.object({ name: z.string(), classes: z.int().positive() }).optional(),
    /** Of a multi-label model's ONNX files: the sigmoids of the logits, which are its scores. */
    scores: z.string().exactOptional(),
  }),
  files: z.array(fileSchema).min(1),
  /** Which file each kind of engine loads. */
  serve: z.object({ native: z.string(), web: z.string() }),
  /** scores = softmax(logits / temperature); of a multi-label model sigmoid(logits / temperature), each by itself */
  temperature: z.number().positive(),
  /** Of a multi-label model, one per label: a photo shows the labels whose score reaches theirs, and without any it is `unknown`. */
  thresholds: z.array(unit).exactOptional(),
  /** A photo whose energy, logsumexp(logits), lies below `threshold` is `unknown`; `kept`: the share of known photos above it. */
  unknown: z.object({ threshold: z.number(), kept: unit }).optional(),
  metrics: z.object({
    float: scoresSchema.optional(),
    served: scoresSchema.optional(),
    /**
     * Share of the gate's views on which the served form and the float model have the same top label. Of a multi-label model,
     * of the labels that the two give the views, the share that both give: 2 · both / (one + other).
     */
    agreement: unit,
  }),
  backbone: z.object({
    name: z.string(),
    sha256: hex,
    source: z.string(),
    licence: z.string(),
    pretrainedOn: z.string(),
  }),
  head: z.record(z.string(), jsonSchema),
  data: z
    .object({
      photos: z.int(),
      classes: z.record(z.string(), z.int()),
      training: z.int(),
      validation: z.int(),
      /** How many heads judged all of the photos, each the ones it had not learned from; absent where the validation photos were held out. */
      folds: z.int().exactOptional(),
      skipped: z.int(),
      seed: z.int(),
      /** sha256 over the sorted (photo sha256, label, part) rows. */
      split: hex,
    })
    .optional(),
  settings: z.record(z.string(), jsonSchema),
  /** Whether anyone may see photos that it was trained on, in its report. */
  publicPhotos: z.boolean().exactOptional(),
  /** Of the software that made it. */
  versions: z.record(z.string(), z.string()),
  seconds: z.record(z.string(), z.number()),
  hardware: z.object({ cpu: z.string(), cores: z.int(), memoryGb: z.number(), platform: z.string() }),
  gate: z.object({
    passed: z.boolean(),
    /** True when the owner published in spite of the gate. */
    forced: z.boolean(),
    /** True when the figures were measured elsewhere and shipped with Whippet (the built-in dog breeds). */
    precomputed: z.boolean(),
    notes: z.array(z.string()),
  }),
  /** What its web form takes in a Worker: as measured on Node, times the factors of `shared/engine/edge-factors.json`. */
  limits: z.object({
    edge: z.object({ startupMs: z.number(), cpuMs: z.number(), peakMb: z.number(), fits: z.boolean() }),
  }),
  probes: z.object({ path: z.literal("probes/probes.json"), sha256: hex, count: z.int().positive() }),
});

export const manifestSchema = describedSchema.refine(
  ({ task, labels, thresholds }) => (task === "multi-label" ? labels.length : undefined) === thresholds?.length,
  {
    path: ["thresholds"],
    message: "must be one per label of a multi-label model, and of no other",
  },
);

export type Manifest = z.infer<typeof manifestSchema>;
export type ModelFile = z.infer<typeof fileSchema>;
export type Scores = z.infer<typeof scoresSchema>;
export type Trial = z.infer<typeof trialSchema>;

/** `current.json`: the only object of a model that is ever overwritten. */
export const pointerSchema = z.object({
  version: versionSchema,
  previous: versionSchema.optional(),
  changed: z.iso.datetime(),
  candidate: z.object({ version: versionSchema, share: unit }).optional(),
});

export type Pointer = z.infer<typeof pointerSchema>;
