/**
 * Runs one probe photo through a model that was just loaded. It catches what no hash can: a runtime, a processor or a
 * decoder that computes something else than where the model was made.
 */
import type { Classifier } from "../../shared/classifier/classifier.ts";
import type { EngineKind } from "../../shared/engine/engine.ts";
import type { Probe, Probes } from "../../shared/probe.ts";

export interface ProbePhoto {
  expected: Probe;
  photo: Uint8Array;
  tolerance: Probes["tolerance"];
}

/** @throws Error naming the first stage that differs */
export const checkProbe = async (
  classifier: Classifier,
  kind: EngineKind,
  { expected, photo, tolerance }: ProbePhoto,
): Promise<void> => {
  const { trace } = await classifier.classify(photo, { trace: true });
  if (!trace) throw new Error("the classifier gave no trace of the probe");
  const differs = (stage: string, found: string) =>
    new Error(`probe ${expected.file} comes out differently at ${stage} here: ${found}`);
  if (trace.decoded !== expected.decoded)
    throw differs("decode", `pixels ${trace.decoded}, expected ${expected.decoded}`);
  if (trace.tensor !== expected.tensor) throw differs("pixels", `tensor ${trace.tensor}, expected ${expected.tensor}`);
  // absent: the model was made where there is no native engine
  const wanted = expected.logits[kind] ?? expected.logits.web;
  const shift = Math.max(...trace.logits.map((logit, i) => Math.abs(logit - (wanted[i] ?? Number.NaN))));
  // written so that NaN, from a missing logit, is refused too
  if (!(shift <= tolerance[kind]))
    throw differs(
      `the engine (${trace.engine})`,
      `a logit is off by ${shift}, at most ${tolerance[kind]} is allowed; try another engine, such as WHIPPET_ENGINE=web`,
    );
};
