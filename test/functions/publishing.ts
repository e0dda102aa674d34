/** Publishes small models for tests, with one drawn probe whose expectation is measured by the classifier itself. */
import { createClassifier } from "../../shared/classifier/classifier.ts";
import { systemClock } from "../../shared/classifier/clock.ts";
import type { Engine, Precision } from "../../shared/engine/engine.ts";
import { isPlan, planFile } from "../../shared/engine/lean/is-plan.ts";
import { sha256 } from "../../shared/hash.ts";
import { nodeLimits } from "../../shared/limits.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { PIXEL_PATH_VERSION } from "../../shared/pixels/pixels.ts";
import { type Draft, publish } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { draw } from "../drawing.ts";
import { createFakeEngine, type FakeModel, fakeModelBytes } from "./fake-engine.ts";

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

export interface ModelToPublish {
  name: string;
  labels: string[];
  bytes: Uint8Array;
  precision: Precision;
  /** Measures what the probe must give. */
  engine: Engine;
  manifest?: Partial<Manifest>;
  /** Changes the probe's expectation, to publish a model that comes out differently elsewhere. */
  spoilProbe?: boolean;
  promote?: boolean;
}

/** @returns the version */
export const publishModel = async (store: Store, model: ModelToPublish): Promise<string> => {
  const { name, labels, bytes, precision, engine, spoilProbe = false, promote = true } = model;
  const path = isPlan(bytes) ? planFile : `model.${precision}.onnx`;
  const draft: Draft = {
    schema: 1,
    name,
    task: "single-label",
    labels,
    input: {
      size: 224,
      crop: 224 / 256,
      interpolation: "bicubic",
      mean: [127, 127, 127],
      std: [128, 128, 128],
      pixelPath: PIXEL_PATH_VERSION,
    },
    outputs: { logits: "logits" },
    files: [{ path, precision, bytes: bytes.length, sha256: await sha256(bytes), ms: {}, trials: [] }],
    serve: { native: path, web: path },
    temperature: 1,
    metrics: { agreement: 1 },
    backbone: { name: "none", sha256: "0".repeat(64), source: "test", licence: "none", pretrainedOn: "nothing" },
    head: {},
    settings: {},
    versions: {},
    seconds: {},
    hardware: { cpu: "test", cores: 1, memoryGb: 1, platform: "test" },
    gate: { passed: true, forced: false, precomputed: false, notes: [] },
    limits: { edge: { startupMs: 1, cpuMs: 1, peakMb: 1, fits: true } },
    probes: { path: "probes/probes.json", sha256: "0".repeat(64), count: 1 },
    ...model.manifest,
  };
  const photo = new Uint8Array(await draw("stars", 1).jpeg().toBuffer());
  const session = await engine.load({ bytes, precision, size: draft.input.size });
  const { trace, predictions } = await createClassifier({
    manifest: { ...draft, version: "" },
    session,
    engine,
    codecs: await loadCodecs(),
    limits: nodeLimits.photo,
    clock: systemClock,
  }).classify(photo, { trace: true, top: 3 });
  await session.dispose();
  const { decoded, tensor, logits } = trace!;
  const expected = spoilProbe ? logits.map((logit) => logit + 1) : logits;
  const probes = json({
    schema: 1,
    temperature: draft.temperature,
    tolerance: { native: 1e-3, web: 0 },
    probes: [
      {
        file: "star.jpg",
        sha256: await sha256(photo),
        decoded,
        tensor,
        logits: { native: expected, web: expected },
        scores: predictions,
      },
    ],
  });
  draft.probes.sha256 = await sha256(probes);
  const { version } = await publish(store, {
    manifest: draft,
    files: [
      { path, bytes },
      { path: "probes/probes.json", bytes: probes },
      { path: "probes/star.jpg", bytes: photo },
      { path: "metrics.json", bytes: json({ top1: 1 }) },
    ],
    clock: systemClock,
    promote,
  });
  return version;
};

/** A model of the fake engine: labels a, b, c … */
export const publishFake = (
  store: Store,
  fake: FakeModel & Partial<Pick<ModelToPublish, "name" | "manifest" | "spoilProbe" | "promote">>,
): Promise<string> => {
  const { name = "letters", logits, broken, ...rest } = fake;
  const bytes = fakeModelBytes({ logits, ...(broken && { broken }) });
  // what the broken one would have answered
  const measured = createFakeEngine();
  const engine = {
    ...measured,
    load: () => measured.load({ bytes: fakeModelBytes({ logits }), precision: "int8", size: 224 }),
  } as const;
  const labels = Array.from("abcdefghij").slice(0, logits.length);
  return publishModel(store, { name, labels, bytes, precision: "int8", engine, ...rest });
};
