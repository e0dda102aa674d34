/** Decodes every photo once, small: which are damaged, and what each one's print is. Prints are kept as features are. */
import type { InputSpec } from "../../shared/pixels/pixels.ts";
import type { Problem } from "../../shared/problem.ts";
import { type ExtractOptions, extractFeatures, type Look } from "../features/extract.ts";
import { PRINT_VERSION, type Print, printOf, SIDE } from "./near/print.ts";

/** Photos are decoded at an eighth of their size where that is enough. */
const thumbnail: InputSpec = { size: SIDE, crop: 1, interpolation: "bicubic", mean: [0, 0, 0], std: [1, 1, 1] };

const distil = { name: `prints-${PRINT_VERSION}`, of: printOf };

export const extractPrints = async (
  photos: readonly Look[],
  options: Pick<ExtractOptions, "pool" | "cache" | "onProgress" | "signal">,
): Promise<(Print | Problem)[]> =>
  (
    await extractFeatures(
      photos.map((photo) => ({ ...photo, view: { whole: true } })),
      { ...options, work: { input: thumbnail }, distil },
    )
  ).features;
