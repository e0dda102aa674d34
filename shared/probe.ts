/**
 * Probes: drawn photos published with a model, each with the tensor and the logits it must give. A server runs one after
 * each load (`/readyz`), `whippet verify` runs all of them from outside.
 */
import { z } from "zod";

const hex = z.string().regex(/^[0-9a-f]{64}$/);

export const probeSchema = z.object({
  /** File beside probes.json, e.g. `exif-6.jpg`. */
  file: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  sha256: hex,
  /** sha256 of the decoded, uncropped RGB pixels as the decoder gave them. */
  decoded: hex,
  /** sha256 of the Float32 tensor's bytes (little endian). */
  tensor: hex,
  /** Expected logits of the file chosen for each kind of engine. */
  logits: z.object({ native: z.array(z.number()), web: z.array(z.number()) }),
  /** The three best labels' calibrated scores from the web engine's logits. */
  scores: z.array(z.object({ label: z.string(), score: z.number() })),
});

export const probesSchema = z.object({
  schema: z.literal(1),
  /** Largest absolute difference of a logit that still counts as agreement, per engine kind. */
  tolerance: z.object({ native: z.number(), web: z.number() }),
  probes: z.array(probeSchema).min(1),
});

export type Probe = z.infer<typeof probeSchema>;
export type Probes = z.infer<typeof probesSchema>;
