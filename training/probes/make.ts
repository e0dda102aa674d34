/** What the probe photos must give: measured through the serving path, on the forms of the model that will be served. */

import { type ClassifierParts, createClassifier, type Trace } from "../../shared/classifier/classifier.ts";
import { systemClock } from "../../shared/classifier/clock.ts";
import { contentTypeOf } from "../../shared/content-type.ts";
import type { EngineKind, Session } from "../../shared/engine/engine.ts";
import { sha256 } from "../../shared/hash.ts";
import { nodeLimits } from "../../shared/limits.ts";
import type { Manifest } from "../../shared/manifest.ts";
import type { Codecs } from "../../shared/pixels/codecs.ts";
import type { Probe, Probes } from "../../shared/probe.ts";
import type { PublishedFile } from "../../shared/registry.ts";
import type { DrawnProbe } from "./draw.ts";

export interface ProbeMaking {
  photos: readonly DrawnProbe[];
  manifest: Omit<ClassifierParts["manifest"], "version">;
  /** Each kind of engine with the form that the manifest's `serve` chooses for it. */
  sessions: Record<EngineKind, Session>;
  codecs: Codecs;
}

export interface MadeProbes {
  /** probes/probes.json and its photos, to be published with the model. */
  files: PublishedFile[];
  /** For the manifest. */
  probes: Manifest["probes"];
}

/** WebAssembly computes the same everywhere; the margin is for float kernels of another onnxruntime-web. */
const WEB_TOLERANCE = 1e-3;

/**
 * Another processor's native kernels add in another order, and where a sum lies between two int8 steps it falls to the other
 * one. That moves a logit by a few hundredths of the range; kernels that compute wrongly move it by more than this share.
 */
const NATIVE_SHARE = 0.05;

const rangeOf = (logits: readonly number[]): number => Math.max(...logits) - Math.min(...logits);

/** @throws Error when the two engines do not decode a photo alike, or a photo cannot be read */
export const makeProbes = async ({ photos, manifest, sessions, codecs }: ProbeMaking): Promise<MadeProbes> => {
  const classifierOf = (kind: EngineKind) =>
    createClassifier({
      manifest: { ...manifest, version: "unpublished" },
      session: sessions[kind],
      engine: { name: kind },
      codecs,
      limits: nodeLimits.photo,
      clock: systemClock,
    });
  const classifiers = { native: classifierOf("native"), web: classifierOf("web") };
  const traced = async (kind: EngineKind, { file, bytes }: DrawnProbe) => {
    const { predictions, trace } = await classifiers[kind].classify(bytes, { top: 3, trace: true });
    if (trace === undefined) throw new Error(`the classifier gave no trace of ${file}`);
    return { predictions, trace } satisfies { trace: Trace; predictions: Probe["scores"] };
  };

  const probes: Probe[] = [];
  for (const photo of photos) {
    const [native, web] = [await traced("native", photo), await traced("web", photo)];
    const { decoded, tensor } = web.trace;
    if (native.trace.decoded !== decoded || native.trace.tensor !== tensor)
      throw new Error(`${photo.file} gave two different tensors in one process; the pixel path is not deterministic`);
    probes.push({
      file: photo.file,
      sha256: await sha256(photo.bytes),
      decoded,
      tensor,
      logits: { native: native.trace.logits, web: web.trace.logits },
      scores: web.predictions,
    });
  }
  const range = Math.max(...probes.map(({ logits }) => rangeOf(logits.native)));
  const made: Probes = {
    schema: 1,
    tolerance: { native: NATIVE_SHARE * range, web: WEB_TOLERANCE },
    probes,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(made));
  const path = "probes/probes.json";
  const photoFiles = photos.map(({ file, bytes }) => ({
    path: `probes/${file}`,
    bytes,
    contentType: contentTypeOf(file),
  }));
  return {
    files: [{ path, bytes, contentType: "application/json" }, ...photoFiles],
    probes: { path, sha256: await sha256(bytes), count: probes.length },
  };
};
