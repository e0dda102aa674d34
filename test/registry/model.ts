/** A tiny published model for tests: its files are bytes, not networks. */
import { sha256 } from "../../shared/hash.ts";
import type { Probes } from "../../shared/probe.ts";
import type { Draft, PublishedFile } from "../../shared/registry.ts";

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** Starts at `from` and moves on by a second at each look. */
export const steppingClock = (from = "2026-01-31T12:00:00.000Z") => {
  let now = Date.parse(from) - 1000;
  return { now: () => (now += 1000) };
};

/** A model whose files hold `content`; equal contents make equal models. */
export const modelOf = async (
  content: string,
  change: Partial<Draft> = {},
): Promise<{ manifest: Draft; files: PublishedFile[] }> => {
  const int8 = new TextEncoder().encode(`int8 ${content}`);
  const weights = new TextEncoder().encode(`int8 weights ${content}`);
  const photo = new TextEncoder().encode("a photo");
  const probes: Probes = {
    schema: 1,
    tolerance: { native: 0.1, web: 0.001 },
    probes: [
      {
        file: "upright.jpg",
        sha256: await sha256(photo),
        decoded: "0".repeat(64),
        tensor: "1".repeat(64),
        logits: { native: [1, 2], web: [1, 2] },
        scores: [{ label: "b", score: 0.66 }],
      },
    ],
  };
  const file = async (path: string, precision: "int8" | "int8-weights", bytes: Uint8Array) => ({
    path,
    precision,
    bytes: bytes.length,
    sha256: await sha256(bytes),
    ms: { native: 5, web: 30 },
    trials: [],
  });
  const manifest: Draft = {
    schema: 1,
    name: "dogs",
    task: "single-label",
    labels: ["a", "b"],
    input: {
      size: 224,
      crop: 224 / 256,
      interpolation: "bicubic",
      mean: [127, 127, 127],
      std: [128, 128, 128],
      pixelPath: 1,
    },
    outputs: { logits: "logits" },
    files: [
      await file("model.int8.onnx", "int8", int8),
      await file("model.int8-weights.onnx", "int8-weights", weights),
    ],
    serve: { native: "model.int8.onnx", web: "model.int8-weights.onnx" },
    temperature: 1.5,
    unknown: { threshold: 0.5, kept: 0.95 },
    metrics: { agreement: 0.99 },
    backbone: {
      name: "lite0",
      sha256: "2".repeat(64),
      source: "drawn",
      licence: "Apache-2.0",
      pretrainedOn: "nothing",
    },
    head: {},
    settings: {},
    versions: {},
    seconds: {},
    hardware: { cpu: "any", cores: 2, memoryGb: 8, platform: "linux-x64" },
    gate: { passed: true, forced: false, precomputed: false, notes: [] },
    limits: { edge: { startupMs: 100, cpuMs: 50, peakMb: 60, fits: true } },
    probes: { path: "probes/probes.json", sha256: await sha256(json(probes)), count: 1 },
    ...change,
  };
  const files = [
    { path: "model.int8.onnx", bytes: int8 },
    { path: "model.int8-weights.onnx", bytes: weights },
    { path: "probes/probes.json", bytes: json(probes), contentType: "application/json" },
    { path: "probes/upright.jpg", bytes: photo, contentType: "image/jpeg" },
    { path: "metrics.json", bytes: json({ content }), contentType: "application/json" },
  ];
  return { manifest, files };
};
