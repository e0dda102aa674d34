/**
 * Runs one probe photo through a model that was just loaded. It catches what no hash can: a runtime, a processor or a
 * decoder that computes something else than where the model was made.
 */
import type { Classifier } from "../../shared/classifier/classifier.ts";
import type { Manifest } from "../../shared/manifest.ts";
import type { Probe, Probes } from "../../shared/probe.ts";
import { compareProbe } from "../../shared/verify/compare.ts";

export interface ProbePhoto {
  expected: Probe;
  photo: Uint8Array;
  tolerance: Probes["tolerance"];
}

/** @throws Error naming the first stage that differs */
export const checkProbe = async (
  classifier: Classifier,
  manifest: Manifest,
  { expected, photo, tolerance }: ProbePhoto,
): Promise<void> => {
  const { trace, ...answer } = await classifier.classify(photo, { trace: true });
  if (!trace) throw new Error("the classifier gave no trace of the probe");
  const difference = compareProbe({ ...answer, trace }, expected, tolerance, manifest);
  if (!difference) return;
  const fix = difference.stage === "engine" ? "; try another engine, such as WHIPPET_ENGINE=web" : "";
  throw new Error(
    `probe ${expected.file} comes out differently here, first at the stage ${difference.stage}: ${difference.detail}${fix}`,
  );
};
