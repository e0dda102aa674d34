/**
 * What a model will take in a Worker, estimated without one: from the same engine on Node and the factors that
 * `bench/edge-factors.ts` measured against the workerd process from outside.
 */
import { edgeLimits } from "../limits.ts";
import type { Manifest } from "../manifest.ts";
import factors from "./edge-factors.json" with { type: "json" };
import type { Precision } from "./engine.ts";

/** Of the form that the web engine serves. */
export interface MeasuredOnNode {
  precision: Precision;
  /** Of its file. */
  bytes: number;
  /** Of a plan's arena and widened weights; undefined for an ONNX file. */
  arena?: number;
  /** Milliseconds that `Engine.load` took in the web engine, after its first. */
  loadMs: number;
  /** Milliseconds of one run in the web engine. */
  runMs: number;
}

/** An isolate has 128 MB; ten are left for the script and V8. */
const ISOLATE_MB = 118;

/**
 * What a megabyte of a form's file takes in memory against one of fp16. Int8 weights are widened a layer at a time as they
 * run, since web files load without folding: 34.9 MB for the 5.4 MB of dog-breeds (`npm run size`), 0.93 times fp16's.
 */
const unpacked: Record<Precision, number> = { float32: 0.5, float16: 1, "int8-weights": 1, int8: 1 };

/** The lean engine holds plan, arena and at most this beside them (test/lean/engine.test.ts); the plan as fetched comes on top. */
const LEAN_MB = 1;

const memoryMb = ({ precision, bytes, arena }: MeasuredOnNode): number => {
  const fileMb = bytes / 1e6;
  if (arena !== undefined) return 2 * fileMb + arena / 1e6 + LEAN_MB;
  const { runtimeMb, perFloat16Mb } = factors.onnx;
  return runtimeMb + perFloat16Mb * fileMb * unpacked[precision] + fileMb;
};

export const estimateEdgeLimits = (measured: MeasuredOnNode): Manifest["limits"]["edge"] => {
  const factor = measured.arena === undefined ? factors.onnx : factors.plan;
  const startupMs = Math.round(factor.startupMs + measured.loadMs);
  const cpuMs = Math.round(factor.cpu * measured.runMs);
  const peakMb = Math.round(memoryMb(measured) + factors.photoMb);
  return { startupMs, cpuMs, peakMb, fits: peakMb <= ISOLATE_MB && startupMs + cpuMs <= edgeLimits.cpu };
};
