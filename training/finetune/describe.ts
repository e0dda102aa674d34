/** What is trained of a backbone, and how, in words: for the terminal, metrics.json and whoever reads them. */
import { dimsOf } from "../../shared/onnx/tensor.ts";
import { type CutBackbone, sizeOf } from "./cut.ts";
import type { TuningSettings } from "./settings.ts";

/**
 * Statistics of a batch from few photos are noise, and a batch's are not what the exported graph has: the convolutions that
 * they were folded into are trained, the statistics are not taken again.
 */
export const frozenNormalisation =
  "batch normalisation stays frozen, since few photos would only add noise to its statistics";

export const describeTuning = (
  { suffix, trainable, blocks }: CutBackbone,
  { blocks: count, epochs, learningRate, batchSize, mixup, patience }: TuningSettings,
): string => {
  const trained = new Set(trainable);
  const parameters = suffix.graph.initializer
    .filter(({ name }) => trained.has(name))
    .reduce((sum, stored) => sum + sizeOf(dimsOf(stored)), 0);
  return (
    `the last ${count === 1 ? "" : `${count} `}of ${blocks} blocks, ${parameters.toLocaleString("en-US")} parameters; Adam, rate ${learningRate} at most ` +
    `(warm-up, cosine), batches of ${batchSize}${mixup > 0 ? ` with mixup ${mixup}` : ""}, ${epochs} ${epochs === 1 ? "epoch" : "epochs"} at most, stopped after ${patience} that do harm; ${frozenNormalisation}`
  );
};
