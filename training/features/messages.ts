/** What the pool and its worker threads say to each other. */
import type { EngineKind, Precision } from "../../shared/engine/engine.ts";
import type { InputSpec } from "../../shared/pixels/pixels.ts";
import type { AugmentedView } from "../augment/augmentation.ts";

/** What is done with each photo: turned into a tensor, and run through a model when there is one. */
export interface Work {
  input: InputSpec;
  /** Without a model the tensors themselves are the outputs. */
  model?: {
    /** The ONNX file; several threads read the same memory when it is shared. */
    bytes: Uint8Array;
    precision: Precision;
    engine: EngineKind;
  };
}

export interface Item {
  /** Path of the file, or its bytes. */
  photo: string | Uint8Array;
  /** The looks at the photo to be taken; `{}` is the plain centre view. None: the photo is decoded only. */
  views: readonly AugmentedView[];
}
