/** The operators' random cases at length; a part of them runs with every `npm test`, more of them by `npm run test:large`. */
import { describe } from "vitest";
import { loadTensorFlow } from "../../../training/head/tensorflow.ts";
import { describeOperators } from "../../finetune/graph/suite.ts";
import { large } from "../../large.ts";
import { has } from "../../require.ts";
import { loadTfjsNode } from "../../tools/tfjs-node.ts";

const count = large ? 150 : 50;

describe("on WebAssembly", () => {
  describeOperators(async () => ({ tf: await loadTensorFlow() }), count);
});

describe.runIf(has("tfjs-node"))("on the node binding", () => {
  describe.each(["composed", "native"] as const)("with %s gradients", (gradients) => {
    describeOperators(() => ({ tf: loadTfjsNode(), gradients }), count);
  });
});
