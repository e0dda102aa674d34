/** A frozen network whose feature maps a head reads: what it is, what it wants its photos turned into, where it is cut. */
import type { InputSpec } from "../../shared/pixels/pixels.ts";
import type { Cut } from "../export/feature-cut.ts";

export interface Backbone {
  name: string;
  /** Of the file it was read from, followed by those that hold its weights where they lie outside of it. */
  sha256: string;
  source: string;
  licence: string;
  pretrainedOn: string;
  input: InputSpec;
  /** The feature maps on its last grid that a head reads instead of all that follows; the one before the global average pool first. */
  cuts: readonly [last: Cut, ...earlier: Cut[]];
}

export interface OpenBackbone {
  backbone: Backbone;
  /** As an ONNX file. */
  bytes: Uint8Array;
}
