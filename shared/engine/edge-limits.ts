/**
 * What a model will take in a Worker, estimated without one: from onnxruntime-web on Node and the factors that
 * `bench/edge-factors.ts` measured against the workerd process from outside.
 */
import type { Manifest } from "../manifest.ts";
import factors from "./edge-factors.json" with { type: "json" };
import type { Precision } from "./engine.ts";

/** Of the form that the web engine serves. */
export interface MeasuredOnNode {
  precision: Precision;
  /** Of its file. */
  bytes: number;
  /** Milliseconds that `Engine.load` took in the web engine, after its first. */
  loadMs: number;
  /** Milliseconds of one run in the web engine. */
  runMs: number;
}

/** An isolate has 128 MB; ten are left for the script and V8. */
const ISOLATE_MB = 118;
/** What a request may compute: `limits.cpu_ms` in wrangler.toml. */
export const REQUEST_MS = 10_000;

/**
 * What a megabyte of a form's file takes in memory against one of fp16. Int8 weights are widened a layer at a time as they
 * run, since web files load without folding: 34.9 MB for the 5.4 MB of dog-breeds (`npm run size`), 0.93 times fp16's.
 */
const unpacked: Record<Precision, number> = { float32: 0.5, float16: 1, "int8-weights": 1, int8: 1 };

export const estimateEdgeLimits = ({ precision, bytes, loadMs, runMs }: MeasuredOnNode): Manifest["limits"]["edge"] => {
  const { runtimeMb, perFloat16Mb, photoMb } = factors.memory;
  const fileMb = bytes / 1e6;
  const startupMs = Math.round(factors.startupMs + loadMs);
  const cpuMs = Math.round(factors.cpu * runMs);
  const peakMb = Math.round(runtimeMb + perFloat16Mb * fileMb * unpacked[precision] + fileMb + photoMb);
  return { startupMs, cpuMs, peakMb, fits: peakMb <= ISOLATE_MB && startupMs + cpuMs <= REQUEST_MS };
};
