/** A version's name: when it was published, and what it answers. */
import { sha256 } from "../hash.ts";
import type { Manifest } from "../manifest.ts";

/** A manifest before it is published; the registry adds when, and under which version. */
export type Draft = Omit<Manifest, "version" | "created">;

/**
 * SHA-256 over what decides a model's answers and nothing else: two trainings whose models answer alike share it, however
 * long they took, wherever they ran, and whichever form was the faster one there.
 */
export const contentHash = (model: Draft): Promise<string> => {
  const { task, labels, background, input, outputs, temperature, thresholds, unknown } = model;
  const files = model.files.map(({ path, sha256, precision }) => ({ path, sha256, precision }));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const { size, crop, interpolation, mean, std, pixelPath } = input;
  const deciding = {
    task,
    labels,
    background: background ?? null,
    input: { size, crop, interpolation, mean, std, pixelPath },
    outputs: { logits: outputs.logits, heatmap: outputs.heatmap?.name ?? null },
    files,
    temperature,
    threshold: unknown?.threshold ?? null,
    ...(thresholds && { thresholds }),
  };
  return sha256(new TextEncoder().encode(JSON.stringify(deciding)));
};

/** @param hash of the content, in hex */
export const versionName = (created: Date, hash: string): string =>
  `${created.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z-${hash.slice(0, 12)}`;
